import { isConfirmed } from '../sessions/confirmed-caller.js';
import { toScopes, type McpAuth } from '../sessions/mcp-auth.js';
import { brand } from '../errors/package-brand.js';

/** The caller is authenticated but has no subject. Such a caller cannot own sessions or tasks. */
export class NoSubjectError extends Error {
  static {
    brand(this, 'NoSubjectError');
  }

  override readonly name = 'NoSubjectError';
}

/**
 * The caller that the guards have set on a request: `request.auth` (this library), else `request.user` (Passport and
 * most others). Throws `NoSubjectError`.
 */
export function principalOf(request: object): McpAuth | undefined {
  const { auth, user } = request as { auth?: unknown; user?: unknown };
  // Only a verifier may grant every scope. What other guards set is read like claims.
  if (isRecord(auth) && isConfirmed(request, auth)) return withUser(auth, user);
  const found = isRecord(auth) ? auth : user;
  if (found === undefined || found === null || found === false) return undefined;
  return toAuth(found, user);
}

/** Reads a caller from a user object, a token payload or claims. Throws `NoSubjectError`. */
export function toAuth(value: unknown, user?: unknown): McpAuth {
  const record = isRecord(value) ? value : {};
  const subject = record.subject ?? record.sub ?? record.id;
  if ((typeof subject !== 'string' && typeof subject !== 'number') || subject === '') {
    throw new NoSubjectError('the authenticated caller has no subject');
  }
  const clientId = record.clientId ?? record.client_id;
  const expiresAt = record.expiresAt ?? record.exp;
  return {
    subject: String(subject),
    scopes: toScopes(record.scopes ?? record.scope ?? record.scp),
    ...(typeof clientId === 'string' && { clientId }),
    ...(typeof expiresAt === 'number' && { expiresAt }),
    ...(isRecord(record.claims) && { claims: record.claims }),
    ...((user ?? record.user) !== undefined && { user: user ?? record.user }),
  };
}

function withUser(auth: McpAuth, user: unknown): McpAuth {
  return user === undefined || auth.user !== undefined ? auth : { ...auth, user };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

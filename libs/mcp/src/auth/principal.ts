import { isConfirmed } from '../sessions/confirmed-caller.js';
import { toScopes, type McpAuth } from '../sessions/mcp-auth.js';
import { brand } from '../errors/package-brand.js';

/** The guards accepted a request, but what is known of its caller cannot be used: it could not own sessions or tasks. */
export class UnusableCallerError extends Error {
  static {
    brand(this, 'UnusableCallerError');
  }

  override readonly name = 'UnusableCallerError';

  /** `message` and `mend` are for the operator, `answer` is for the client. */
  constructor(
    message: string,
    readonly mend: string,
    readonly answer: string,
  ) {
    super(message);
  }
}

/**
 * The caller that the guards have set on a request: `request.auth` (this library), else `request.user` (Passport and
 * most others). Throws `UnusableCallerError`.
 */
export function principalOf(request: object): McpAuth | undefined {
  const { auth, user } = request as { auth?: unknown; user?: unknown };
  // Only a verifier may grant every scope. What other guards set is read like claims.
  if (isRecord(auth) && isConfirmed(request, auth)) return withUser(auth, user);
  const found = isRecord(auth) ? auth : user;
  if (found === undefined || found === null || found === false) return undefined;
  return toAuth(found, user);
}

/** Reads a caller from a user object, a token payload or claims. Throws `UnusableCallerError`. */
export function toAuth(value: unknown, user?: unknown): McpAuth {
  const record = isRecord(value) ? value : {};
  const subject = record.subject ?? record.sub ?? record.id;
  if ((typeof subject !== 'string' && typeof subject !== 'number') || subject === '') {
    throw new UnusableCallerError(
      'the authenticated caller has no subject',
      "Its sessions could be anybody's: set auth.principal to say who a request belongs to.",
      'The caller has no subject',
    );
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

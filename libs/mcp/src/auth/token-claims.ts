import { toScopes, type McpAuth } from '../sessions/mcp-auth.js';

/** Reads the caller from the claims of a token (RFC 9068, RFC 7662). The subject is empty if the claims have none. */
export function toCaller(claims: Readonly<Record<string, unknown>>): McpAuth {
  const { sub, exp } = claims;
  const clientId = claims.client_id ?? claims.azp;
  return {
    subject: typeof sub === 'string' ? sub : '',
    scopes: toScopes(claims.scope ?? claims.scp ?? claims.scopes),
    ...(typeof clientId === 'string' && { clientId }),
    ...(typeof exp === 'number' && { expiresAt: exp }),
    claims: { ...claims },
  };
}

/**
 * Whether a token is sender-constrained (RFC 7800 `cnf`, RFC 9449 DPoP): valid only with proof of possession of a key.
 * `type` is the `typ` of a JWT or the `token_type` of an introspection response.
 */
export function isSenderConstrained(
  { cnf }: Readonly<Record<string, unknown>>,
  type: unknown,
): boolean {
  const isDpop = typeof type === 'string' && /^(?:application\/)?dpop(?:\+jwt)?$/i.test(type);
  return isDpop || (cnf !== undefined && cnf !== null);
}

/** The accepted forms of an audience: a URL with and without a trailing slash, because clients send both. */
export function toAudiences(audience: string | readonly string[]): string[] {
  const given = typeof audience === 'string' ? [audience] : audience;
  return given.flatMap((one) =>
    /^https?:\/\//i.test(one) ? [one.replace(/\/$/, ''), `${one.replace(/\/$/, '')}/`] : [one],
  );
}

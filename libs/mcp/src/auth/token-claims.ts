import { toScopes, type McpAuth } from '../sessions/mcp-auth.js';

/** Makes a caller of the claims of a token (RFC 9068, RFC 7662). The subject is empty where they name none. */
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
 * Whether a token may be used only by who proves to hold a key (RFC 7800 `cnf`, RFC 9449 DPoP): without that proof it is no
 * more than a stolen copy. `type`: `typ` of a JWT, `token_type` of an introspection response.
 */
export function isSenderConstrained(
  { cnf }: Readonly<Record<string, unknown>>,
  type: unknown,
): boolean {
  const isDpop = typeof type === 'string' && /^(?:application\/)?dpop(?:\+jwt)?$/i.test(type);
  return isDpop || (cnf !== undefined && cnf !== null);
}

/** The ways to write an audience: a URL is the same with and without a slash at its end, as clients send both. */
export function toAudiences(audience: string | readonly string[]): string[] {
  const given = typeof audience === 'string' ? [audience] : audience;
  return given.flatMap((one) =>
    /^https?:\/\//i.test(one) ? [one.replace(/\/$/, ''), `${one.replace(/\/$/, '')}/`] : [one],
  );
}

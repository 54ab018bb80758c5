import { createHash } from 'node:crypto';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { TokenVerifier } from '../sessions/token.verifier.js';
import { toAudiences, toCaller } from './token.claims.js';

/** How tokens are asked about at their issuer (RFC 7662). */
export interface IntrospectionOptions {
  endpoint: string;
  /** This server's own credentials at the issuer. */
  clientId: string;
  clientSecret: string;
  /** Whom a token must be meant for (`aud`); without it the issuer's word is enough. */
  audience?: string | string[];
  /**
   * How long an answer holds, in ms, and how many are kept; `false`: each request is asked about. A token that is revoked
   * stays good for that long. Default 30,000 ms, 10,000 answers.
   */
  cache?: number | false | { ttl?: number; max?: number };
  /** ms until the issuer counts as down. Default 5,000. */
  timeout?: number;
}

interface Kept {
  readonly caller: McpAuth;
  readonly until: number;
}

/**
 * Verifies opaque tokens by asking their issuer. Where it cannot be reached or says nothing sensible, `verify` rejects
 * (answered 503). Throws `McpConfigurationError`.
 */
export function introspection(options: IntrospectionOptions): TokenVerifier {
  if (!URL.canParse(options.endpoint)) {
    throw new McpConfigurationError(
      'introspection',
      'endpoint is not a URL.',
      'Write the whole URL of the introspection endpoint.',
    );
  }
  const { ttl, max } = cacheOf(options);
  const kept = new Map<string, Kept>();
  const asked = new Map<string, Promise<McpAuth | null>>();

  const keep = (key: string, caller: McpAuth): void => {
    const until = Math.min(Date.now() + ttl, (caller.expiresAt ?? Infinity) * 1_000);
    kept.delete(key);
    kept.set(key, { caller, until });
    const [oldest] = kept.keys();
    if (kept.size > max && oldest !== undefined) kept.delete(oldest);
  };

  const ask = async (key: string, token: string): Promise<McpAuth | null> => {
    const claims = await introspect(options, token);
    if (claims.active !== true || !isMeant(claims.aud, options.audience)) return null;
    const caller = toCaller(claims);
    if (ttl > 0 && max > 0) keep(key, caller);
    return caller;
  };

  return {
    async verify(token) {
      // No token lies about in memory.
      const key = createHash('sha256').update(token).digest('base64url');
      const known = kept.get(key);
      if (known && known.until > Date.now()) return { ...known.caller };
      kept.delete(key);
      let answer = asked.get(key);
      if (!answer) {
        answer = ask(key, token).finally(() => asked.delete(key));
        asked.set(key, answer);
      }
      const caller = await answer;
      return caller && { ...caller };
    },
  };
}

function cacheOf({ cache }: IntrospectionOptions): { ttl: number; max: number } {
  if (cache === false) return { ttl: 0, max: 0 };
  const given = typeof cache === 'number' ? { ttl: cache } : cache;
  return { ttl: 30_000, max: 10_000, ...given };
}

async function introspect(
  { endpoint, clientId, clientSecret, timeout = 5_000 }: IntrospectionOptions,
  token: string,
): Promise<Record<string, unknown>> {
  const credentials = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      Authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    // Credentials and token are for this endpoint, wherever it would send them.
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The introspection endpoint answered ${response.status}.`);
  }
  const claims: unknown = await response.json().catch(() => undefined);
  if (typeof claims !== 'object' || claims === null || !('active' in claims)) {
    throw new Error('The introspection endpoint did not answer with an introspection response.');
  }
  return { ...claims };
}

/** RFC 6749, 2.3.1: credentials are form-encoded before they are put together. */
function formEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length);
}

function isMeant(aud: unknown, audience: string | readonly string[] | undefined): boolean {
  if (audience === undefined) return true;
  const meant = Array.isArray(aud) ? aud : [aud];
  return toAudiences(audience).some((one) => meant.includes(one));
}

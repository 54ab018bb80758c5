import { createHash, timingSafeEqual } from 'node:crypto';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { everyScope, type McpAuth } from '../sessions/mcp-auth.js';
import type { TokenVerifier } from '../sessions/token.verifier.js';

/** A token with the scopes that it grants. */
export interface StaticToken {
  token: string;
  scopes: string[];
}

/**
 * Verifies tokens that are known beforehand: `'a,b'` (comma separated; each its own subject, every scope), a list, or
 * `{ ci: { token, scopes } }` (the subject is `ci`). Compares in constant time, with all of them. Throws
 * `McpConfigurationError` where there is no token: an empty environment variable must not open the server.
 */
export function staticTokens(
  tokens: string | readonly string[] | Readonly<Record<string, StaticToken>> | undefined,
): TokenVerifier {
  const known = read(tokens);
  if (known.length === 0) {
    throw new McpConfigurationError(
      'staticTokens',
      'no token was given.',
      'Set the tokens, or leave `auth` out to open the server to everyone.',
    );
  }
  const toBytes = padding(known.map(({ token }) => token));
  const compared = known.map(({ token, auth }) => ({ own: token, bytes: toBytes(token), auth }));
  return {
    async verify(token) {
      const given = toBytes(token);
      let found: McpAuth | null = null;
      for (const { own, bytes, auth } of compared) {
        // What has been cut off, or filled up, to the common length is not the same token.
        if (timingSafeEqual(bytes, given) && own === token) {
          found = { ...auth, scopes: [...auth.scopes] };
        }
      }
      return found;
    },
  };
}

/** Brings tokens to the length of the longest known one: the time of a comparison must not tell it. */
function padding(tokens: readonly string[]): (token: string) => Buffer {
  const size = Math.max(...tokens.map((token) => Buffer.byteLength(token)));
  return (token) => {
    const bytes = Buffer.alloc(size);
    bytes.write(token);
    return bytes;
  };
}

function read(
  tokens: string | readonly string[] | Readonly<Record<string, StaticToken>> | undefined,
): { token: string; auth: McpAuth }[] {
  if (tokens === undefined) return [];
  if (typeof tokens === 'string' || isList(tokens)) {
    const list = typeof tokens === 'string' ? tokens.split(',') : tokens;
    return list
      .map((token) => token.trim())
      .filter((token) => token !== '')
      .map((token) => {
        const subject = createHash('sha256').update(token).digest('hex');
        return { token, auth: { subject, scopes: [everyScope] } };
      });
  }
  return Object.entries(tokens).map(([subject, { token, scopes }]) => {
    if (!token) {
      throw new McpConfigurationError(`staticTokens.${subject}`, 'the token is empty.', 'Set it.');
    }
    return { token, auth: { subject, scopes } };
  });
}

function isList(tokens: object): tokens is readonly string[] {
  return Array.isArray(tokens);
}

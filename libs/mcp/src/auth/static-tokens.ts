import { hash, timingSafeEqual } from 'node:crypto';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { everyScope, type McpAuth } from '../sessions/mcp-auth.js';
import type { TokenVerifier } from '../sessions/token-verifier.js';

/** Hexadecimal digits of a SHA-256. */
const DIGITS = 64;

/** A token and the scopes that it grants. */
export interface StaticToken {
  token: string;
  scopes: string[];
}

/**
 * Verifies a fixed set of tokens: `'a,b'` (comma-separated; each has its own subject and every scope), a list, or `{
 * ci: { token, scopes } }` (the subject is `ci`). Compares with all of them in constant time. Throws
 * `McpConfigurationError` if there is no token, so that an empty environment variable does not open the server.
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
  const given = Buffer.alloc(DIGITS);
  return {
    async verify(token) {
      writeDigest(token, given);
      let found: McpAuth | null = null;
      for (const { digest, auth } of known) {
        if (timingSafeEqual(digest, given)) found = { ...auth, scopes: [...auth.scopes] };
      }
      return found;
    },
  };
}

function read(
  tokens: string | readonly string[] | Readonly<Record<string, StaticToken>> | undefined,
): { digest: Buffer; auth: McpAuth }[] {
  if (tokens === undefined) return [];
  if (typeof tokens === 'string' || isList(tokens)) {
    const list = typeof tokens === 'string' ? tokens.split(',') : tokens;
    return list
      .map((token) => token.trim())
      .filter((token) => token !== '')
      .map((token) => {
        const digest = digestOf(token);
        return { digest, auth: { subject: digest.toString('latin1'), scopes: [everyScope] } };
      });
  }
  return Object.entries(tokens).map(([subject, { token, scopes }]) => {
    if (!token) {
      throw new McpConfigurationError(`staticTokens.${subject}`, 'the token is empty.', 'Set it.');
    }
    return { digest: digestOf(token), auth: { subject, scopes } };
  });
}

function isList(tokens: object): tokens is readonly string[] {
  return Array.isArray(tokens);
}

/** The SHA-256 of a token in hexadecimal digits, as bytes that can be compared in constant time. */
function digestOf(token: string): Buffer {
  const digest = Buffer.alloc(DIGITS);
  writeDigest(token, digest);
  return digest;
}

function writeDigest(token: string, to: Buffer): void {
  // `hash` takes three times as long for a buffer, to which it gives memory of its own.
  to.write(hash('sha256', token, 'hex'), 'latin1');
}

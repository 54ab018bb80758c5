import { hash, timingSafeEqual } from 'node:crypto';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { flawOf } from '../sessions/caller-flaw.js';
import { everyScope, type McpAuth } from '../sessions/mcp-auth.js';
import type { TokenVerifier } from '../sessions/token-verifier.js';
import { BEARER_TOKEN } from './bearer-token.js';

/** Hexadecimal digits of a SHA-256. */
const DIGITS = 64;

const wholeToken = new RegExp(`^${BEARER_TOKEN}$`);

const mend = 'Make one with `openssl rand -hex 32`.';

/** A token and the scopes that it grants. */
export interface StaticToken {
  token: string;
  scopes: string[];
}

/**
 * Verifies a fixed set of tokens: `'a,b'` (comma-separated; each has its own subject and every scope), a list, or `{
 * ci: { token, scopes } }` (the subject is `ci`). Spaces around a token are ignored. Compares with all of them in
 * constant time. Throws `McpConfigurationError` if there is no token, so that an empty environment variable does not
 * open the server, and for one that no request could contain.
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
      .map((token, index) => readToken(`staticTokens[${index}]`, token))
      .filter((token) => token !== '')
      .map((token) => {
        const digest = digestOf(token);
        return { digest, auth: { subject: digest.toString('latin1'), scopes: [everyScope] } };
      });
  }
  const owners = new Map<string, string>();
  return Object.entries(tokens).map(([subject, { token: given, scopes }]) => {
    const where = `staticTokens.${subject}`;
    const token = readToken(where, given ?? '');
    if (token === '') throw new McpConfigurationError(where, 'the token is empty.', 'Set it.');
    const other = owners.get(token);
    if (other !== undefined) {
      throw new McpConfigurationError(where, `its token is that of ${other}, too.`, mend);
    }
    owners.set(token, subject);
    const auth = { subject, scopes };
    const flaw = flawOf(auth);
    if (flaw) {
      throw new McpConfigurationError(where, `it is a caller ${flaw.problem}.`, flaw.mend);
    }
    return { digest: digestOf(token), auth };
  });
}

/** Without the spaces around it. Throws `McpConfigurationError`, which does not show the token. */
function readToken(where: string, given: string): string {
  const token = given.trim();
  if (token === '' || wholeToken.test(token)) return token;
  throw new McpConfigurationError(
    where,
    'the token has characters that a bearer token must not have, and no request could contain it.',
    mend,
  );
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

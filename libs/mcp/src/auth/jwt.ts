import { createSecretKey, type KeyObject } from 'node:crypto';
import type { JWTVerifyOptions } from 'jose';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { ServerLogger } from '../errors/server.logger.js';
import { noteExpired } from './expired-token.js';
import { loadJose } from './load-jose.js';
import type { TokenVerifier } from '../sessions/token-verifier.js';
import { KeysUnavailableError, RemoteKeys } from './remote-keys.js';
import { isSenderConstrained, toAudiences, toCaller } from './token-claims.js';

/** Options for the verification of JWT access tokens. Exactly one of `jwksUri` and `secret` is given. */
export interface JwtOptions {
  /** The accepted issuers (`iss`). */
  issuer: string | string[];
  /** The required audience (`aud`, RFC 8707): the URL of this server. */
  audience: string | string[];
  /** URL of the issuer's published keys. */
  jwksUri?: string;
  /** The key that the issuer shares with this server; at least as long as the hash, 32 bytes for HS256. */
  secret?: string | Uint8Array;
  /** The accepted algorithms. Default: the asymmetric ones with `jwksUri`, `HS256` with `secret`. */
  algorithms?: string[];
  /**
   * Time in ms by which the issuer's clock may be ahead (`nbf`); at most 300,000. Default 5,000. Expiry has no
   * tolerance.
   */
  clockTolerance?: number;
  /** Whether a token without `exp`, which never expires, is refused. Default `true`. */
  requireExpiration?: boolean;
}

const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const symmetric = ['HS256', 'HS384', 'HS512'];
const maxTolerance = 300_000;
const maxReported = 100;

/**
 * Verifies JWT access tokens (RFC 9068): signature, issuer, audience and times. Sender-constrained tokens (`cnf`, `typ:
 * dpop+jwt`) are refused, because the possession of their key is not verified. The keys of `jwksUri` are cached, and
 * fetched again when the issuer rotates them; if they cannot be fetched, `verify` rejects (answered 503). An unusable
 * published key, such as an RSA key under 2,048 bits, verifies nothing and is logged once. Throws
 * `McpConfigurationError`.
 */
export function jwt(options: JwtOptions): TokenVerifier {
  const { algorithms, secret, keys } = check(options);
  const expected: JWTVerifyOptions = {
    issuer: options.issuer,
    audience: toAudiences(options.audience),
    algorithms,
    clockTolerance: (options.clockTolerance ?? 5_000) / 1_000,
    ...(options.requireExpiration !== false && { requiredClaims: ['exp'] }),
  };
  const reportUnusable = createReporter();
  return {
    async verify(token, request) {
      const { errors, jwtVerify } = await loadJose();
      try {
        const { payload, protectedHeader } = await (keys
          ? keys.tryEach((key) => jwtVerify(token, key, expected))
          : jwtVerify(token, secret as KeyObject, expected));
        return isSenderConstrained(payload, protectedHeader.typ) ? null : toCaller(payload);
      } catch (error) {
        if (error instanceof KeysUnavailableError) throw error;
        // It comes last: signature, issuer and audience are right.
        if (error instanceof errors.JWTExpired) noteExpired(request);
        // All other errors come from a key that cannot be used for verification.
        if (!(error instanceof errors.JOSEError)) reportUnusable(error);
        return null;
      }
    },
  };
}

/** Creates a function that logs each problem with a key once: any client can send tokens that refer to it. */
function createReporter(): (error: unknown) => void {
  const logger = new ServerLogger('jwt');
  const reported = new Set<string>();
  return (error) => {
    const problem = String(error);
    if (reported.has(problem) || reported.size >= maxReported) return;
    reported.add(problem);
    logger.error(`A published key cannot be used, its tokens are refused: ${problem}`);
  };
}

function refuse(problem: string, mend: string): never {
  throw new McpConfigurationError('jwt', problem, mend);
}

function check(options: JwtOptions): {
  algorithms: string[];
  secret?: KeyObject;
  keys?: RemoteKeys;
} {
  const { issuer, audience, jwksUri, secret, clockTolerance = 0 } = options;
  if (!issuer || issuer.length === 0) refuse('issuer is missing.', 'Set it to the `iss` to trust.');
  if (!audience || audience.length === 0) {
    refuse('audience is missing: tokens for other services would be let in.', 'Set it.');
  }
  if ((jwksUri === undefined) === (secret === undefined)) {
    refuse('exactly one of jwksUri and secret is needed.', 'Set one.');
  }
  if (!(clockTolerance >= 0 && clockTolerance <= maxTolerance)) {
    refuse('clockTolerance is out of bounds.', `Set 0 to ${maxTolerance} ms.`);
  }
  const possible = jwksUri === undefined ? symmetric : asymmetric;
  const algorithms = options.algorithms ?? (jwksUri === undefined ? ['HS256'] : asymmetric);
  // If public keys and shared secrets could be confused, a public key could sign forged tokens.
  const confused = algorithms.find((algorithm) => !possible.includes(algorithm));
  if (confused !== undefined || algorithms.length === 0) {
    refuse(
      `algorithm '${confused ?? ''}' does not go with ${jwksUri === undefined ? 'a secret' : 'published keys'}.`,
      `Choose of ${possible.join(', ')}.`,
    );
  }
  if (jwksUri !== undefined) {
    if (!URL.canParse(jwksUri)) refuse('jwksUri is not a URL.', 'Write the whole URL.');
    return { algorithms, keys: new RemoteKeys(new URL(jwksUri)) };
  }
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret ?? []);
  if (bytes.length === 0) refuse('the secret is empty.', 'Set it.');
  if (bytes.includes('-----BEGIN')) {
    refuse('the secret is a PEM key, which is no secret.', 'Publish the key by a jwksUri.');
  }
  return { algorithms, secret: createSecretKey(bytes) };
}

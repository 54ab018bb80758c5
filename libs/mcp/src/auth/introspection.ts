import { createHash } from 'node:crypto';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { TokenVerifier } from '../sessions/token-verifier.js';
import { isSenderConstrained, toAudiences, toCaller } from './token-claims.js';
import { TokenMemory, type TokenMemorySize } from './token-memory.js';

type TokenMemoryOption = number | false | { ttl?: number; max?: number };

/** Options of token introspection at the issuer (RFC 7662). */
export interface IntrospectionOptions {
  endpoint: string;
  /** This server's own credentials at the issuer. */
  clientId: string;
  clientSecret: string;
  /** The required audience (`aud`). Default: the audience is not checked. */
  audience?: string | string[];
  /**
   * How long an answer is cached, in ms, and how many are; `false`: none, and the issuer is asked for each request. A
   * revoked token stays valid for that long. Default 30,000 ms, 10,000 answers.
   */
  cache?: TokenMemoryOption;
  /**
   * The same for refusals, so that a client that repeats an invalid token does not cause a request to the issuer each
   * time. Default 5,000 ms, 10,000 refusals; none with `cache: false`.
   */
  refusals?: TokenMemoryOption;
  /** Number of concurrent requests to the issuer; requests with further unknown tokens are answered 503. Default 32. */
  concurrency?: number;
  /** Time in ms after which the issuer counts as unavailable. Default 5,000. */
  timeout?: number;
}

/**
 * Verifies opaque tokens by introspection at their issuer. If the issuer is unreachable, answers nonsense, or has too
 * many requests at once, `verify` rejects (answered 503). Sender-constrained tokens are refused. Throws
 * `McpConfigurationError`.
 */
export function introspection(options: IntrospectionOptions): TokenVerifier {
  if (!URL.canParse(options.endpoint)) {
    throw new McpConfigurationError(
      'introspection',
      'endpoint is not a URL.',
      'Write the whole URL of the introspection endpoint.',
    );
  }
  const { concurrency = 32 } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new McpConfigurationError(
      'introspection',
      `concurrency is ${concurrency}.`,
      'Give a whole number of at least 1.',
    );
  }
  const isOff = options.cache === false;
  const callers = new TokenMemory<McpAuth>(sizeOf(options.cache, usualCache));
  const refusals = new TokenMemory<true>(
    sizeOf(options.refusals ?? (isOff ? false : undefined), usualRefusals),
  );
  const questions = new Map<string, Promise<McpAuth | null>>();

  const ask = async (key: string, token: string): Promise<McpAuth | null> => {
    const claims = await introspect(options, token);
    const isGood =
      claims.active === true &&
      isMeant(claims.aud, options.audience) &&
      !isSenderConstrained(claims, claims.token_type);
    if (!isGood) {
      refusals.set(key, true);
      return null;
    }
    const { exp } = claims;
    // Without a number the token would count as one that never expires (RFC 7662, 2.2).
    if (exp !== undefined && exp !== null && !Number.isFinite(exp)) {
      throw new Error(
        "The introspection endpoint answered with an 'exp' that is not a number of seconds.",
      );
    }
    const caller = toCaller(claims);
    callers.set(key, caller, (caller.expiresAt ?? Infinity) * 1_000);
    return caller;
  };

  return {
    async verify(token) {
      // Only hashes of tokens are kept in memory.
      const key = createHash('sha256').update(token).digest('base64url');
      if (refusals.get(key)) return null;
      let caller = callers.get(key) ?? null;
      if (!caller) {
        let answer = questions.get(key);
        if (!answer) {
          if (questions.size >= concurrency) {
            throw new Error(`The issuer is being asked about ${concurrency} tokens already.`);
          }
          answer = ask(key, token).finally(() => questions.delete(key));
          questions.set(key, answer);
        }
        caller = await answer;
      }
      // Handlers may modify the object that they get.
      return caller && structuredClone(caller);
    },
  };
}

const usualCache: TokenMemorySize = { ttl: 30_000, max: 10_000 };
const usualRefusals: TokenMemorySize = { ttl: 5_000, max: 10_000 };

function sizeOf(given: TokenMemoryOption | undefined, usual: TokenMemorySize): TokenMemorySize {
  if (given === false) return { ttl: 0, max: 0 };
  return { ...usual, ...(typeof given === 'number' ? { ttl: given } : given) };
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
    // Credentials and token must not follow a redirect of the endpoint.
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

/** Credentials are form-encoded before they are joined (RFC 6749, 2.3.1). */
function formEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length);
}

function isMeant(aud: unknown, audience: string | readonly string[] | undefined): boolean {
  if (audience === undefined) return true;
  const meant = Array.isArray(aud) ? aud : [aud];
  return toAudiences(audience).some((one) => meant.includes(one));
}

import type { CryptoKey, JWSHeaderParameters, FlattenedJWSInput, JWTVerifyResult } from 'jose';
import { loadJose } from './load-jose.js';

type GetKey = (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;
type Verify = (key: CryptoKey | GetKey) => Promise<JWTVerifyResult>;

/** The published keys cannot be fetched. The token may still be valid. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** Limits fetches for unknown keys: this many at once, then one per interval. */
const burst = 5;
const refill = 10_000;

/**
 * The published keys of an issuer: fetched on demand, cached for ten minutes, and fetched again for a token that names
 * an unknown key.
 */
export class RemoteKeys {
  private keys: Promise<GetKey> | undefined;
  private allowance = burst;
  private counted = performance.now();

  constructor(private readonly url: URL) {}

  /**
   * Verifies with the key that a token names, or with each that it may refer to. Throws `KeysUnavailableError`, else
   * the error of `verify`.
   */
  async tryEach(verify: Verify): Promise<JWTVerifyResult> {
    const { errors } = await loadJose();
    try {
      return await verify(await this.get());
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      let failure: unknown = new errors.JWSSignatureVerificationFailed();
      for await (const key of error) {
        try {
          return await verify(key);
        } catch (reason) {
          const isOther = reason instanceof errors.JWSSignatureVerificationFailed;
          // An unusable published key must not prevent the others from being tried.
          if (!isOther && reason instanceof errors.JOSEError) throw reason;
          failure = reason;
        }
      }
      throw failure;
    }
  }

  private get(): Promise<GetKey> {
    this.keys ??= this.create();
    return this.keys;
  }

  private async create(): Promise<GetKey> {
    const { createRemoteJWKSet, errors } = await loadJose();
    // jose's own cooldown would refuse the first tokens after a rotation; without any limit, forged key ids could cause
    // a fetch each.
    const remote = createRemoteJWKSet(this.url, { cooldownDuration: Infinity });
    return async (header, token) => {
      if (!remote.fresh) await load(remote);
      try {
        return await remote(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayReload()) throw error;
        await load(remote);
        return remote(header, token);
      }
    };
  }

  private mayReload(): boolean {
    const now = performance.now();
    const earned = Math.floor((now - this.counted) / refill);
    if (earned > 0) {
      this.allowance = Math.min(burst, this.allowance + earned);
      this.counted += earned * refill;
    }
    if (this.allowance === 0) return false;
    this.allowance--;
    return true;
  }
}

async function load(remote: { reload(): Promise<void> }): Promise<void> {
  try {
    await remote.reload();
  } catch (cause) {
    throw new KeysUnavailableError(`The keys cannot be had: ${String(cause)}`, { cause });
  }
}

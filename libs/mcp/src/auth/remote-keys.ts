import type { CryptoKey, JWSHeaderParameters, FlattenedJWSInput, JWTVerifyResult } from 'jose';
import { loadJose } from './load-jose.js';

type GetKey = (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;
type Verify = (key: CryptoKey | GetKey) => Promise<JWTVerifyResult>;

/** The published keys cannot be had, which says nothing about the token. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** Fetches for keys that are not there: so many at once, then one each so many ms. */
const burst = 5;
const refill = 10_000;

/** The keys that an issuer publishes: fetched when needed, kept for ten minutes, fetched anew when a token names another. */
export class RemoteKeys {
  private keys: Promise<GetKey> | undefined;
  private allowance = burst;
  private counted = performance.now();

  constructor(private readonly url: URL) {}

  /** Verifies by the key that a token names, or by each that it may mean. Throws `KeysUnavailableError`, else what `verify` throws. */
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
          // A published key that cannot be used must not keep the others from being tried.
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
    // Its own cooldown would refuse the first tokens after a rotation; without one, forged key ids would call the issuer at will.
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

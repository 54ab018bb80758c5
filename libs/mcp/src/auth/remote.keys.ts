import type { CryptoKey, JWSHeaderParameters, FlattenedJWSInput, JWTVerifyResult } from 'jose';

type GetKey = (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;
type Verify = (key: CryptoKey | GetKey) => Promise<JWTVerifyResult>;

/** Fetches for keys that are not there: so many at once, then one each so many ms. */
const burst = 5;
const refill = 10_000;

/** The keys that an issuer publishes: fetched when needed, kept for ten minutes, fetched anew when a token names another. */
export class RemoteKeys {
  private keys: Promise<GetKey> | undefined;
  private allowance = burst;
  private counted = performance.now();

  constructor(private readonly url: URL) {}

  /** Verifies by the key that a token names, or by each that it may mean. */
  async tryEach(verify: Verify): Promise<JWTVerifyResult> {
    const { errors } = await import('jose');
    try {
      return await verify(await this.get());
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        try {
          return await verify(key);
        } catch (reason) {
          if (!(reason instanceof errors.JWSSignatureVerificationFailed)) throw reason;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  /** Whether an error of `tryEach` says that the keys cannot be had, and nothing about the token. */
  isDown(error: { code?: string }): boolean {
    return (
      error.code === 'ERR_JOSE_GENERIC' ||
      error.code === 'ERR_JWKS_TIMEOUT' ||
      error.code === 'ERR_JWKS_INVALID'
    );
  }

  private get(): Promise<GetKey> {
    this.keys ??= this.create();
    return this.keys;
  }

  private async create(): Promise<GetKey> {
    const { createRemoteJWKSet, errors } = await import('jose');
    // Its own cooldown would refuse the first tokens after a rotation; without one, forged key ids would call the issuer at will.
    const remote = createRemoteJWKSet(this.url, { cooldownDuration: Infinity });
    return async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayReload()) throw error;
        await remote.reload();
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

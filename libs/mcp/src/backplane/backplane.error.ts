import { brand } from '../errors/package-brand.js';

/** s */
const RETRY_AFTER = 2;

/** What the processes share cannot be reached at the moment: HTTP transports answer it with 503 and `Retry-After`. */
export class BackplaneError extends Error {
  static {
    brand(this, 'BackplaneError');
  }

  override readonly name = 'BackplaneError';
  /** Seconds after which a client may try again. */
  readonly retryAfter = RETRY_AFTER;

  constructor(cause: unknown) {
    super('The server cannot reach what its processes share. Try again.', { cause });
  }
}

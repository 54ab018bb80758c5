import { brand } from '../errors/package-brand.js';

/** No room for another session (or the server is shutting down): HTTP transports answer it with 503 and `Retry-After`. */
export class SessionLimitError extends Error {
  static {
    brand(this, 'SessionLimitError');
  }

  override readonly name = 'SessionLimitError';

  /** `retryAfter` is in seconds. */
  constructor(
    message: string,
    readonly retryAfter: number,
  ) {
    super(message);
  }
}

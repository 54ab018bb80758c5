import { brand } from '../errors/package-brand.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';

/** In seconds. */
const RETRY_AFTER = 2;
const REASON = 'backplane_unavailable';

/** The backplane cannot be reached at the moment: HTTP transports answer with 503 and `Retry-After`. */
export class BackplaneError extends Error {
  static {
    brand(this, 'BackplaneError');
  }

  override readonly name = 'BackplaneError';
  /** Seconds after which the client may try again. */
  readonly retryAfter = RETRY_AFTER;

  constructor(cause: unknown) {
    super('The server cannot reach what its processes share. Try again.', { cause });
  }

  /** The error for a client whose call needs the backplane. */
  toProtocolError(): ProtocolError {
    const { message, retryAfter } = this;
    return new ProtocolError(ErrorCode.internalError, message, { reason: REASON, retryAfter });
  }
}

/** Seconds after which a client that gets this error may try again; `undefined` for any other error. */
export function retryAfterOf(error: { data?: unknown } | undefined): number | undefined {
  const data = error?.data as { reason?: unknown } | undefined;
  return data?.reason === REASON ? RETRY_AFTER : undefined;
}

import { ErrorCode, ProtocolError } from './protocol.error.js';
import { brand } from './package-brand.js';

/**
 * A handler cannot go on until the client has answered, which it does by sending the call again (multi-round-trip). The
 * client never sees this error: the call is answered with the question. Filters do not run for it.
 */
export class UnansweredError extends ProtocolError {
  static {
    brand(this, 'UnansweredError');
  }

  constructor() {
    super(ErrorCode.internalError, 'The answer of the client will be known in another round');
  }
}

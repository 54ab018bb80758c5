import { ErrorCode, ProtocolError } from './protocol.error.js';
import { brand } from './package-brand.js';

/**
 * A handler cannot go on until the client has answered, which it does by calling again (modern era). No client reads this: the
 * call is answered with the question. No filter sees it, because nothing is wrong.
 */
export class UnansweredError extends ProtocolError {
  static {
    brand(this, 'UnansweredError');
  }

  constructor() {
    super(ErrorCode.internalError, 'The answer of the client will be known in another round');
  }
}

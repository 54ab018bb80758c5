import { ErrorCode, ProtocolError } from './protocol.error.js';

/** The reason of a call that is aborted because its client has gone. A client that comes back after all receives it. */
export class ClientGoneError extends ProtocolError {
  constructor(message: string) {
    super(ErrorCode.internalError, message);
  }
}

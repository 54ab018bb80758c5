import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';

/** The `uri` of a request's parameters. Throws `ProtocolError` (`-32602`) if it is no text. */
export function uriOf({ uri }: Readonly<Record<string, unknown>>): string {
  if (typeof uri === 'string') return uri;
  throw new ProtocolError(ErrorCode.invalidParams, 'uri must be a string');
}

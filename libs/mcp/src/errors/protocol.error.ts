import { IntrinsicException } from '@nestjs/common';
import { brand } from './package-brand.js';

/** The JSON-RPC and MCP error codes of the server. */
export const ErrorCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** Legacy revisions only; modern ones use `invalidParams`. */
  resourceNotFound: -32002,
  /** Modern era: `data.requiredCapabilities` lists what is missing. */
  missingClientCapability: -32021,
  /** Modern era: `data` contains `supported` and `requested`. */
  unsupportedProtocolVersion: -32022,
  /** Modern era: headers and body of a request contradict each other. */
  headerMismatch: -32020,
} as const;

/** An error that is sent as a JSON-RPC error, with its message: use it only for text that a client may see. */
export class ProtocolError extends IntrinsicException {
  static {
    brand(this, 'ProtocolError');
  }

  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

import { IntrinsicException } from '@nestjs/common';
import { brand } from './package-brand.js';

/** JSON-RPC and MCP error codes that the server answers with. */
export const ErrorCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** Legacy revisions only; modern ones use `invalidParams`. */
  resourceNotFound: -32002,
  /** Modern era: `data.requiredCapabilities` names what is missing. */
  missingClientCapability: -32021,
  /** Modern era: `data` has `supported` and `requested`. */
  unsupportedProtocolVersion: -32022,
  /** Modern era: headers and body of a request disagree. */
  headerMismatch: -32020,
} as const;

/** Answered as a JSON-RPC error, message and all: only for text that a client may read. */
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

import { IntrinsicException } from '@nestjs/common';
import { brand } from './package-brand.js';

/**
 * Thrown by a handler to send the model an error message. `code` is the JSON-RPC error code for resources and prompts
 * (default -32603), `data` is sent with it.
 */
export class McpException extends IntrinsicException {
  static {
    brand(this, 'McpException');
  }

  readonly code: number | undefined;
  readonly data: unknown;
  /** The HTTP status of the error; tools send it in `_meta`. */
  readonly status: number | undefined;

  constructor(message: string, options: { code?: number; data?: unknown; status?: number } = {}) {
    super(message);
    this.code = options.code;
    this.data = options.data;
    this.status = options.status;
  }
}

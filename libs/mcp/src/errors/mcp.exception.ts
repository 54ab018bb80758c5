import { IntrinsicException } from '@nestjs/common';
import { brand } from './package-brand.js';

/**
 * Thrown by a handler to say something to the model: its message is meant to be read.
 * `code` is the JSON-RPC error code for resources and prompts (default -32603), `data` travels along.
 */
export class McpException extends IntrinsicException {
  static {
    brand(this, 'McpException');
  }

  readonly code: number | undefined;
  readonly data: unknown;
  /** HTTP status that goes with it; tools tell it in `_meta`. */
  readonly status: number | undefined;

  constructor(message: string, options: { code?: number; data?: unknown; status?: number } = {}) {
    super(message);
    this.code = options.code;
    this.data = options.data;
    this.status = options.status;
  }
}

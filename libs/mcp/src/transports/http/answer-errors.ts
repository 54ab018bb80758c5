import type { LoggerService } from '@nestjs/common';
import { ErrorCode } from '../../errors/protocol.error.js';
import { HttpRefusal, refuse, toRefusal } from './http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import { maskError } from '../../errors/public-error.js';
import { refuseUpload } from './refuse-upload.js';
import { RequestAborted } from './request-body.js';

/**
 * Runs a route without awaiting it: Nest's pipeline ends when the handler returns, so that no interceptor wraps a
 * stream. Errors are answered here; details that a client must not see are logged.
 */
export function answerErrors(
  exchange: NodeExchange,
  logger: LoggerService,
  handle: () => Promise<void>,
): void {
  handle().catch((error: unknown) => {
    if (error instanceof RequestAborted) return;
    const refusal = toRefusal(error) ?? internal(exchange, error, logger);
    if (isStillArriving(exchange, refusal)) refuseUpload(exchange, refusal);
    else refuse(exchange.res, refusal);
  });
}

/** Whether a body was refused for its size or its duration before it was complete. */
function isStillArriving({ req }: NodeExchange, { status }: HttpRefusal): boolean {
  return status === 413 || (status === 503 && req.readable);
}

function internal({ req }: NodeExchange, error: unknown, logger: LoggerService): HttpRefusal {
  const text = maskError(error, logger, `${req.method ?? 'A request'} of MCP`);
  return new HttpRefusal(500, ErrorCode.internalError, text);
}

import type { ServerResponse } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { McpCall } from '../context/mcp-call.js';
import { endDetached } from '../platform/detached-response.js';

/**
 * Ends the response of a call that has a result: it emits `finish` and `close`. Returns the result. One that arrives
 * piece by piece ends the response with its last piece.
 */
export function endWith(result: unknown, response: object, call: McpCall): unknown {
  if (isGenerator(result)) return relay(result, () => endDetached(response, call.isAborted));
  endDetached(response, call.isAborted);
  return result;
}

/** Ends the response of a call that has failed, with the status of the error. */
export function endFailed(error: unknown, response: object, call: McpCall): void {
  const { raw = response } = response as { raw?: object };
  const node = raw as ServerResponse;
  if (!node.headersSent) node.statusCode = error instanceof HttpException ? error.getStatus() : 500;
  endDetached(response, call.isAborted);
}

function isGenerator(value: unknown): value is AsyncGenerator {
  return Object.prototype.toString.call(value) === '[object AsyncGenerator]';
}

async function* relay(items: AsyncGenerator, end: () => void): AsyncGenerator {
  try {
    yield* items;
  } finally {
    end();
  }
}

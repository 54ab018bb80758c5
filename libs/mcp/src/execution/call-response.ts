import type { ServerResponse } from 'node:http';
import { HttpException } from '@nestjs/common';
import { endDetached } from '../platform/detached-response.js';

/**
 * Runs a call to its end, at which its response emits `finish` and `close`. A result that arrives piece by piece ends
 * with its last piece. Listeners see the status of the call's error.
 */
export async function untilOver(
  response: object,
  signal: AbortSignal,
  run: () => Promise<unknown>,
): Promise<unknown> {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    const { raw = response } = response as { raw?: object };
    const node = raw as ServerResponse;
    if (!node.headersSent)
      node.statusCode = error instanceof HttpException ? error.getStatus() : 500;
    endDetached(response, signal.aborted);
    throw error;
  }
  if (isGenerator(result)) return relay(result, () => endDetached(response, signal.aborted));
  endDetached(response, signal.aborted);
  return result;
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

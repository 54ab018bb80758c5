import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { McpContext } from '../context/mcp-context.js';
import type { CollectedBytes } from './collected-bytes.js';

/**
 * Returns a value as it is, and for one that arrives piece by piece (an asynchronous sequence, a file) the promise of
 * the whole. It rejects with an `McpException` if that exceeds the memory budget of the server.
 */
export function wholeValue(
  returned: unknown,
  context: McpContext,
  collected: CollectedBytes,
): unknown {
  return isAsyncIterable(returned)
    ? collect(returned, context, collected)
    : collected.whole(returned);
}

/** Whether a method has returned an asynchronous sequence of items. A byte stream is a file, not a sequence. */
function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.asyncIterator in value &&
    !(value instanceof Readable && !value.readableObjectMode) &&
    !(value instanceof StreamableFile)
  );
}

/**
 * Sends each item as progress, no faster than the client reads, and returns all of them; strings are joined. Stops when
 * the call is aborted. Throws `McpException` if the items together exceed the memory budget of the server.
 */
async function collect(
  items: AsyncIterable<unknown>,
  context: McpContext,
  collected: CollectedBytes,
): Promise<unknown> {
  const { signal } = context;
  const all: unknown[] = [];
  const share = collected.open();
  try {
    for await (const item of items) {
      if (signal.aborted) break;
      share.add(item);
      all.push(item);
      await context.progress(all.length, undefined, typeof item === 'string' ? item : undefined);
    }
  } finally {
    share.release();
  }
  return all.every((item) => typeof item === 'string') ? all.join('') : all;
}

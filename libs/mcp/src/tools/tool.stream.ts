import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { McpContext } from '../context/mcp-context.js';

/** Whether a method answered piece by piece. A stream of bytes is a file, not a sequence of answers. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.asyncIterator in value &&
    !(value instanceof Readable && !value.readableObjectMode) &&
    !(value instanceof StreamableFile)
  );
}

/** Tells each item as progress and returns all of them, strings joined. Stops where the call is aborted. */
export async function collect(
  items: AsyncIterable<unknown>,
  context: McpContext,
): Promise<unknown> {
  const { signal } = context;
  const all: unknown[] = [];
  for await (const item of items) {
    if (signal.aborted) break;
    all.push(item);
    await context.progress(all.length, undefined, typeof item === 'string' ? item : undefined);
  }
  return all.every((item) => typeof item === 'string') ? all.join('') : all;
}

import { StreamableFile } from '@nestjs/common';
import { McpException } from '../errors/mcp.exception.js';

/** What an item of a collection takes besides its own bytes, roughly: endless empty items are not free. */
const OVERHEAD = 32;

/** What one result that is still being collected has taken of the budget. */
export interface CollectedShare {
  /** Counts an item. Throws `McpException` where it does not fit any more. */
  add(item: unknown): void;
  /** The result is whole, or given up. */
  release(): void;
}

/** Bounds what the results that come piece by piece (`AsyncIterable`s, streams of bytes) hold together until they are whole. */
export class CollectedBytes {
  private total = 0;

  /** `max` in bytes. */
  constructor(private readonly max: number) {}

  open(): CollectedShare {
    let own = 0;
    return {
      add: (item) => {
        const bytes = sizeOf(item) + OVERHEAD;
        if (this.total + bytes > this.max) throw tooLarge(this.max);
        own += bytes;
        this.total += bytes;
      },
      release: () => {
        this.total -= own;
        own = 0;
      },
    };
  }

  /** A value as it is; a `StreamableFile` with all its bytes read. Throws `McpException` where they do not fit. */
  async whole(value: unknown): Promise<unknown> {
    if (!(value instanceof StreamableFile)) return value;
    const share = this.open();
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of value.getStream() as AsyncIterable<Uint8Array | string>) {
        share.add(chunk);
        chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      }
    } finally {
      share.release();
    }
    const { type } = value.getHeaders();
    return new StreamableFile(Buffer.concat(chunks), { type });
  }
}

function sizeOf(item: unknown): number {
  if (typeof item === 'string') return Buffer.byteLength(item);
  if (item instanceof Uint8Array) return item.length;
  try {
    return Buffer.byteLength(JSON.stringify(item) ?? '');
  } catch {
    // Refused as a result later on; what it refers to is the application's own.
    return 0;
  }
}

function tooLarge(max: number): McpException {
  return new McpException(
    `The result is larger than this server may collect (limits.unsent: ${max} bytes for all results that are being collected). Ask for less.`,
  );
}

import { StreamableFile } from '@nestjs/common';
import { McpException } from '../errors/mcp.exception.js';

/** The approximate size of an item besides its own bytes, so that endless empty items are limited too. */
const OVERHEAD = 32;

/** The part of the budget that one unfinished result uses. */
export interface CollectedShare {
  /** Adds an item. Throws `McpException` if it exceeds the budget. */
  add(item: unknown): void;
  /** Releases the part when the result is complete or abandoned. */
  release(): void;
}

/**
 * Limits the memory of all results that arrive piece by piece (`AsyncIterable`s, byte streams) until they are complete.
 */
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

  /**
   * Returns a value as it is, and for a `StreamableFile` the promise of one with all its bytes read, which rejects with an
   * `McpException` if they exceed the budget.
   */
  whole(value: unknown): unknown {
    return value instanceof StreamableFile ? this.read(value) : value;
  }

  private async read(value: StreamableFile): Promise<StreamableFile> {
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
    // Such a value is refused later as a result; its memory belongs to the application.
    return 0;
  }
}

function tooLarge(max: number): McpException {
  return new McpException(
    `The result is larger than this server may collect (limits.unsent: ${max} bytes for all results that are being collected). Ask for less.`,
  );
}

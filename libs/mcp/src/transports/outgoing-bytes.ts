import type { SlowReader, UnsentBudget } from './unsent-budget.js';

/** The destination of bytes: a response of Node's HTTP server, or a pipe. */
export interface ByteSink {
  readonly writableLength: number;
  /** A text has only ASCII characters. */
  write(chunk: Uint8Array | string, done?: () => void): boolean;
  end(): unknown;
  on(event: 'drain', listener: () => void): unknown;
}

/** Settings of `OutgoingBytes`, besides its sink. */
export interface OutgoingSettings {
  readonly unsent: UnsentBudget;
  /** Bytes that may be unsent when another message is written (`limits.queue`). */
  readonly queue: number;
  /** Closes the connection of a client that reads too slowly. */
  readonly cut: () => void;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: (() => void) | undefined;
}

/** Bytes written to the sink at once, so that progress is visible while a large message is being sent. */
const PIECE = 64 * 1024;
/** Length in characters up to which a text is handed to the sink as it is. */
const SMALL_TEXT = 16 * 1024;
/** Unsent bytes above which a writer must wait. */
const HIGH_WATER_MARK = 64 * 1024;
/** Time in ms that a client with more than `queue` unsent bytes gets before the next message closes its connection. */
const GRACE = 1_000;

/**
 * The bytes to one client, in order. They are written to the sink piece by piece as the client reads, and counted in
 * the budget of the server while they wait; writers that are too fast get a promise.
 */
export class OutgoingBytes implements SlowReader {
  private readonly sink: ByteSink;
  private readonly settings: OutgoingSettings;
  /** Messages that are not completely in the sink; `offset` bytes of the first one are. */
  private waiting: Waiting[] = [];
  private offset = 0;
  /**
   * Bytes of the messages that were too large to be written at once, until their last piece is sent: their memory is
   * only freed then.
   */
  private large = 0;
  private handed = 0;
  private isFull = false;
  private isEnding = false;
  private isOver = false;
  private listeners: (() => void)[] = [];

  constructor(sink: ByteSink, settings: OutgoingSettings) {
    this.sink = sink;
    this.settings = settings;
    sink.on('drain', () => {
      this.isFull = false;
      this.handOver();
    });
  }

  get held(): number {
    return this.isOver ? 0 : this.large + this.sink.writableLength;
  }

  get sent(): number {
    return this.handed - this.sink.writableLength;
  }

  /** Whether more than `queue` bytes are unsent. */
  get isOverfull(): boolean {
    return this.held > this.settings.queue;
  }

  /** Writes text in UTF-8. */
  writeText(text: string): void {
    const isNext = this.waiting.length === 0 && !this.isFull && !this.isOver;
    const isSmall = text.length <= SMALL_TEXT;
    // Node counts the characters of a text that waits, so that only ASCII may go without a buffer.
    if (isNext && isSmall && Buffer.byteLength(text) === text.length) {
      this.handAtOnce(text);
    } else {
      this.write(Buffer.from(text));
    }
  }

  /** `done` is called when the sink has taken all bytes, but not after the connection has ended. */
  write(bytes: Uint8Array, done?: () => void): void {
    if (this.isOver) return;
    if (bytes.length > this.settings.unsent.max) {
      // Sending it would require closing all other connections.
      this.cut();
      return;
    }
    if (bytes.length <= PIECE && this.waiting.length === 0 && !this.isFull) {
      this.handAtOnce(bytes, done);
      return;
    }
    const isFirst = this.held === 0;
    this.large += bytes.length;
    this.waiting.push({ bytes, done });
    this.handOver();
    if (this.held > 0) this.settings.unsent.wrote(this, isFirst);
  }

  /**
   * `undefined` if more may be written; otherwise resolves when it may, or when the connection has ended. Never
   * rejects.
   */
  ready(): Promise<void> | undefined {
    if (!this.isFull || this.held <= HIGH_WATER_MARK) return undefined;
    return new Promise((resolve) => {
      this.listeners.push(resolve);
      if (this.isOverfull) setTimeout(resolve, GRACE).unref();
    });
  }

  /** Ends the sink after everything is written. */
  end(): void {
    if (this.isEnding || this.isOver) return;
    this.isEnding = true;
    this.handOver();
  }

  /** Releases all buffers and all waiting writers after the connection has ended. Idempotent. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.waiting = [];
    this.settings.unsent.delete(this);
    this.tell();
  }

  cut(): void {
    this.close();
    this.settings.cut();
  }

  private handOver(): void {
    if (this.isOver) return;
    for (let first = this.waiting[0]; first && !this.isFull; first = this.waiting[0]) {
      const { bytes, done } = first;
      const end = this.offset + PIECE;
      const piece = bytes.subarray(this.offset, end);
      if (end < bytes.length) {
        this.offset = end;
        this.hand(piece);
      } else {
        this.offset = 0;
        this.waiting.shift();
        this.hand(piece, () => {
          this.large -= bytes.length;
          this.tellIfReady();
          done?.();
        });
      }
    }
    this.tellIfReady();
    if (this.isEnding && this.waiting.length === 0) this.sink.end();
  }

  private handAtOnce(chunk: Uint8Array | string, done?: () => void): void {
    const isFirst = this.held === 0;
    this.hand(chunk, done);
    if (this.held > 0) this.settings.unsent.wrote(this, isFirst);
  }

  private hand(chunk: Uint8Array | string, done?: () => void): void {
    this.handed += chunk.length;
    this.isFull = !(done ? this.sink.write(chunk, done) : this.sink.write(chunk));
  }

  private tellIfReady(): void {
    if (!this.isFull || this.held <= HIGH_WATER_MARK) this.tell();
  }

  private tell(): void {
    const listeners = this.listeners;
    if (listeners.length === 0) return;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}

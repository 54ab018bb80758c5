import type { SlowReader, UnsentBudget } from './unsent-budget.js';

/** Where bytes go: a response of Node's HTTP server, or a pipe. */
export interface ByteSink {
  readonly writableLength: number;
  write(chunk: Uint8Array, done?: () => void): boolean;
  end(): unknown;
  on(event: 'drain', listener: () => void): unknown;
}

/** What a way out needs besides its sink. */
export interface OutgoingSettings {
  readonly unsent: UnsentBudget;
  /** Bytes that may be unsent when something else is written (`limits.queue`). */
  readonly queue: number;
  /** Closes the connection of a reader that is too slow. */
  readonly cut: () => void;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: (() => void) | undefined;
}

/** Bytes handed to the sink at once, so that a reader's progress is seen while a large message is on its way. */
const PIECE = 64 * 1024;
/** Unsent bytes above which a writer is asked to wait. */
const HIGH_WATER_MARK = 64 * 1024;
/** ms that a reader with more than `queue` bytes unsent gets before the next message cuts it off. */
const GRACE = 1_000;

/**
 * The bytes to one reader, in order: handed over piece by piece as the reader takes them, counted in the budget of the server while
 * they wait, and with a promise for a writer that is too fast.
 */
export class OutgoingBytes implements SlowReader {
  private readonly sink: ByteSink;
  private readonly settings: OutgoingSettings;
  /** Messages that the sink has not wholly got; of the first one it has `offset` bytes. */
  private waiting: Waiting[] = [];
  private offset = 0;
  /** Bytes of the messages that were too large to be handed over at once, until their last piece is out: no part of them is freed before. */
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

  /** `done`: the sink has taken all of it; not called once the connection is over. */
  write(bytes: Uint8Array, done?: () => void): void {
    if (this.isOver) return;
    if (bytes.length > this.settings.unsent.max) {
      // It could only be sent by cutting off everybody else.
      this.cut();
      return;
    }
    const isFirst = this.held === 0;
    if (bytes.length <= PIECE && this.waiting.length === 0 && !this.isFull) {
      this.hand(bytes, done);
    } else {
      this.large += bytes.length;
      this.waiting.push({ bytes, done });
      this.handOver();
    }
    if (this.held > 0) this.settings.unsent.wrote(this, isFirst);
  }

  /** `undefined`: more may be written. Otherwise resolves when it may, or when the reader is gone; never rejects. */
  ready(): Promise<void> | undefined {
    if (!this.isFull || this.held <= HIGH_WATER_MARK) return undefined;
    return new Promise((resolve) => {
      this.listeners.push(resolve);
      if (this.isOverfull) setTimeout(resolve, GRACE).unref();
    });
  }

  /** Ends the sink once everything is handed over. */
  end(): void {
    if (this.isEnding || this.isOver) return;
    this.isEnding = true;
    this.handOver();
  }

  /** The connection is over: nothing is held any more, and no writer waits. Idempotent. */
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

  private hand(bytes: Uint8Array, done?: () => void): void {
    this.handed += bytes.length;
    this.isFull = !(done ? this.sink.write(bytes, done) : this.sink.write(bytes));
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

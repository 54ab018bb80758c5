import type { ServerResponse } from 'node:http';
import { OutgoingBytes } from '../outgoing-bytes.js';
import { cutOff } from './cut-off.js';
import type { OpenResponse, OpenResponses } from './open-responses.js';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const;
const MAX_TIMER = 2 ** 31 - 1;

/** What a stream needs besides its response. */
export interface SseStreamOptions {
  readonly open: OpenResponses;
  /** Bytes that may be unsent when the next event is written; a reader that is slower is cut off. */
  readonly queue: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Seconds since the epoch: the stream ends when the token that opened it does. */
  readonly expiresAt?: number | undefined;
}

/** Server-sent events on a Node response: kept alive, bounded, ended cleanly. Writes its headers at once. */
export class SseStream implements OpenResponse {
  lastBeat = 0;
  private readonly res: ServerResponse;
  private readonly out: OutgoingBytes;
  private ended = false;
  private onClosed: (() => void) | undefined;
  private expiry: NodeJS.Timeout | undefined;

  constructor(res: ServerResponse, options: SseStreamOptions) {
    this.res = res;
    this.out = new OutgoingBytes(res, {
      unsent: options.open.unsent,
      queue: options.queue,
      cut: () => this.cut(),
    });
    res.writeHead(
      200,
      options.headers === undefined ? HEADERS : { ...HEADERS, ...options.headers },
    );
    res.flushHeaders();
    // The client may have left already, and then no event will tell.
    if (res.destroyed) {
      this.ended = true;
      this.out.close();
      return;
    }
    options.open.add(this);
    res.once('close', () => {
      this.ended = true;
      this.out.close();
      clearTimeout(this.expiry);
      options.open.delete(this);
      this.onClosed?.();
    });
    if (options.expiresAt !== undefined) this.endAt(options.expiresAt * 1_000);
  }

  /** Neither ended nor lost. */
  get isOpen(): boolean {
    return !this.ended;
  }

  /** The response is over, ended here or lost. One listener, called once. */
  whenClosed(listener: () => void): void {
    this.onClosed = listener;
  }

  /** Writes one event. `false`: it did not go out, because the stream is over or its reader was just cut off. */
  event(name: string, data: string, id?: string): boolean {
    return this.write(
      id === undefined
        ? `event: ${name}\ndata: ${data}\n\n`
        : `event: ${name}\nid: ${id}\ndata: ${data}\n\n`,
    );
  }

  /** Gives the client a position to come back to before there is anything to read; `retry` in milliseconds. */
  prime(id: string, retry: number): boolean {
    return this.write(`id: ${id}\nretry: ${retry}\ndata: \n\n`);
  }

  beat(): void {
    this.write(': ping\n\n');
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.out.end();
  }

  destroy(): void {
    this.res.destroy();
  }

  /** `undefined`: more may be written; otherwise resolves when it may, or when the stream is over. */
  ready(): Promise<void> | undefined {
    return this.out.ready();
  }

  private write(text: string): boolean {
    if (this.ended) return false;
    if (this.out.isOverfull) {
      this.out.cut();
      return false;
    }
    this.out.write(Buffer.from(text));
    return !this.ended;
  }

  private cut(): void {
    this.ended = true;
    cutOff(this.res);
  }

  private endAt(time: number): void {
    const left = time - Date.now();
    if (left <= 0) {
      this.end();
      return;
    }
    const again = (): void => this.endAt(time);
    this.expiry = setTimeout(again, Math.min(left, MAX_TIMER)).unref();
  }
}

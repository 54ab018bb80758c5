import type { ServerResponse } from 'node:http';
import { OutgoingBytes } from '../outgoing-bytes.js';
import { ChunkedResponse } from './chunked-response.js';
import { cutOff } from './cut-off.js';
import type { OpenResponse, OpenResponses } from './open-responses.js';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const;
const MAX_TIMER = 2 ** 31 - 1;

/** Settings of a stream, besides its response. */
export interface SseStreamOptions {
  readonly open: OpenResponses;
  /** Bytes that may be unsent when the next event is written; the connection of a slower client is closed. */
  readonly queue: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** When the token that opened the stream expires, in seconds since the epoch: the stream ends then. */
  readonly expiresAt?: number | undefined;
}

/**
 * Server-sent events on a Node response, with keep-alives, a limit on unsent bytes, and a clean end. It writes its
 * headers at once.
 */
export class SseStream implements OpenResponse {
  lastBeat = 0;
  private readonly res: ServerResponse;
  private readonly out: OutgoingBytes;
  private ended = false;
  private onClosed: (() => void) | undefined;
  private expiry: NodeJS.Timeout | undefined;

  constructor(res: ServerResponse, options: SseStreamOptions) {
    this.res = res;
    this.out = new OutgoingBytes(new ChunkedResponse(res), {
      unsent: options.open.unsent,
      queue: options.queue,
      cut: () => this.cut(),
    });
    res.writeHead(
      200,
      options.headers === undefined ? HEADERS : { ...HEADERS, ...options.headers },
    );
    res.flushHeaders();
    // The client may have disconnected already; then no event follows.
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

  /** Whether the stream has neither ended nor lost its connection. */
  get isOpen(): boolean {
    return !this.ended;
  }

  /** Registers the one listener that runs once when the response has ended or its connection is lost. */
  whenClosed(listener: () => void): void {
    this.onClosed = listener;
  }

  /**
   * Writes one event. Returns `false` if it was not sent, because the stream has ended or its connection was just
   * closed.
   */
  event(name: string, data: string, id?: string): boolean {
    return this.write(
      id === undefined
        ? `event: ${name}\ndata: ${data}\n\n`
        : `event: ${name}\nid: ${id}\ndata: ${data}\n\n`,
    );
  }

  /**
   * Sends an event id without data, from which the client can resume before the first message; `retry` in milliseconds.
   */
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

  /** `undefined` if more may be written; otherwise resolves when it may, or when the stream has ended. */
  ready(): Promise<void> | undefined {
    return this.out.ready();
  }

  private write(text: string): boolean {
    if (this.ended) return false;
    if (this.out.isOverfull) {
      this.out.cut();
      return false;
    }
    this.out.writeText(text);
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

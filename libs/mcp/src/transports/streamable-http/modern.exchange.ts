import type { ServerResponse } from 'node:http';
import { ErrorCode } from '../../errors/protocol.error.js';
import { answerJson } from '../http/json-answer.js';
import type { OpenResponse, OpenResponses } from '../http/open-responses.js';
import { SseStream } from '../http/sse-stream.js';
import { isResponse, type Message } from '../../protocol/json-rpc.js';
import { toFittingJson } from '../fitting.json.js';
import type { ModernExchange, ModernSink } from '../mcp.transport.js';
import type { ResponseMode } from './post.exchange.js';

/** How a modern POST is answered. */
export interface ModernPostSettings {
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
  readonly queue: number;
  /** Seconds since the epoch: a stream ends when the token that opened it does. */
  readonly expiresAt: number | undefined;
}

/** What an error that comes before anything has run is in HTTP; every other is a result like others. */
const statuses: Readonly<Record<number, number>> = {
  [ErrorCode.parseError]: 400,
  [ErrorCode.invalidRequest]: 400,
  [ErrorCode.methodNotFound]: 404,
  [ErrorCode.unsupportedProtocolVersion]: 400,
  [ErrorCode.headerMismatch]: 400,
};

/** One POST of the modern era: a JSON body, or a stream where something comes before the answer. */
export class ModernPost implements OpenResponse, ModernSink {
  lastBeat = 0;
  /** Set once the engine has the request. */
  exchange: ModernExchange | undefined;
  #stream: SseStream | undefined;
  #over = false;

  constructor(
    private readonly res: ServerResponse,
    private readonly settings: ModernPostSettings,
  ) {
    settings.open.add(this);
    res.once('close', () => {
      settings.open.delete(this);
      if (this.#over) return;
      this.#over = true;
      // In this era closing the connection is how a client cancels.
      this.exchange?.abort('the client went away');
    });
    if (settings.mode === 'sse') this.#toStream();
  }

  send(message: Message, early: boolean): Promise<void> | undefined {
    if (this.#over) return undefined;
    if (!isResponse(message)) {
      return this.settings.mode === 'json' ? undefined : this.#write(message);
    }
    this.#over = true;
    if (this.#stream) {
      void this.#write(message);
      this.#stream.end();
    } else {
      const { unsent } = this.settings.open;
      answerJson(this.res, statusOf(message, early), toFittingJson(message, unsent), unsent);
    }
    return undefined;
  }

  beat(): void {
    if (this.settings.mode === 'auto') this.#toStream();
  }

  end(): void {
    this.res.destroy();
  }

  destroy(): void {
    this.res.destroy();
  }

  #write(message: Message): Promise<void> | undefined {
    const stream = this.#toStream();
    stream.event('message', toFittingJson(message, this.settings.open.unsent));
    return stream.ready();
  }

  #toStream(): SseStream {
    if (this.#stream) return this.#stream;
    const { open, queue, expiresAt } = this.settings;
    open.delete(this);
    this.#stream = new SseStream(this.res, { open, queue, expiresAt });
    return this.#stream;
  }
}

function statusOf(message: Message, early: boolean): number {
  const { error } = message as { error?: { code: number } };
  if (!error) return 200;
  // The one that is also known only once something runs.
  if (error.code === ErrorCode.missingClientCapability) return 400;
  return (early ? statuses[error.code] : undefined) ?? 200;
}

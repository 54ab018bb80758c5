import type { ServerResponse } from 'node:http';
import { answerEmpty, LegacyCode } from '../http/http-refusal.js';
import { answerJson } from '../http/json-answer.js';
import type { OpenResponse, OpenResponses } from '../http/open-responses.js';
import { SseStream } from '../http/sse-stream.js';
import { isRequest, toErrorJson, type Message, type MessageId } from '../../protocol/json-rpc.js';
import { toFittingJson } from '../fitting.json.js';
import { ErrorCode } from '../../errors/protocol.error.js';
import type { AwaitedCall, EventLog } from './event.log.js';
import type { EventStream } from './event.stream.js';

/** `'auto'`: one JSON body, or SSE when something has to go before the result. */
export type ResponseMode = 'auto' | 'json' | 'sse';

/** What a POST needs of the connection it came in on. */
export interface PostHost {
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
  readonly queue: number;
  /** The client is told a position at the start of each stream. */
  readonly primes: boolean;
  createStream(): EventStream;
  /** `undefined`: nobody can come back. */
  readonly log: EventLog | undefined;
  /** Nobody can receive the answer to this call any more. */
  abort(id: MessageId, reason: string): void;
  /** All calls of the exchange are over, its stream too. */
  finished(exchange: PostExchange): void;
  /** The HTTP response is over, whatever became of the calls. */
  disconnected(): void;
  /** To the stream that belongs to no call. */
  pushUnrelated(message: Message): Promise<void>;
}

const DONE = Promise.resolve();

/** One POST that carries calls, from the moment they are handed to the engine to the last answer. */
export class PostExchange implements OpenResponse, AwaitedCall {
  lastBeat = 0;
  stream: EventStream | undefined;
  /** Gives up what the exchange holds of its session. */
  letGo: (() => void) | undefined;
  readonly #pending: Set<MessageId>;
  readonly #answers: Message[] | undefined;

  constructor(
    private readonly host: PostHost,
    private readonly res: ServerResponse,
    ids: readonly MessageId[],
    batch: boolean,
    /** Headers of the answer beyond the usual ones; they may change until it is written. */
    public headers?: Readonly<Record<string, string>>,
  ) {
    this.#pending = new Set(ids);
    this.#answers = batch ? [] : undefined;
    host.open.add(this);
    res.once('close', () => this.#closed());
    if (host.mode === 'sse') this.#toStream();
  }

  /** The answer to one of the calls. */
  respond(id: MessageId, message: Message): Promise<void> {
    this.#pending.delete(id);
    const { stream } = this;
    if (stream !== undefined) {
      const sent = stream.send(message);
      if (this.#pending.size === 0) this.#finish();
      return sent;
    }
    this.#answers?.push(message);
    if (this.#pending.size === 0) {
      const json = this.#answers
        ? JSON.stringify(this.#answers)
        : toFittingJson(message, this.host.open.unsent);
      this.#answer(200, json);
      this.host.finished(this);
    }
    return DONE;
  }

  /** Something that goes before the answer: a notification, or a question to the client. */
  relay(message: Message): Promise<void> {
    if (this.host.mode === 'json') {
      return isRequest(message) ? this.host.pushUnrelated(message) : DONE;
    }
    return this.#toStream().send(message);
  }

  /** The call gets no answer: the client has cancelled it. */
  release(id: MessageId): void {
    if (!this.#pending.delete(id) || this.#pending.size > 0) return;
    if (this.stream !== undefined) {
      this.#finish();
    } else {
      if (this.#answers !== undefined && this.#answers.length > 0) {
        this.#answer(200, JSON.stringify(this.#answers));
      } else {
        answerEmpty(this.res, 202);
      }
      this.host.finished(this);
    }
  }

  /** Ends the stream early; the client comes back for the rest. */
  closeStream(): void {
    if (this.#pending.size === 0) return;
    const stream = this.#toStream();
    void this.#leave(stream);
  }

  /** The client did not come back to the stream: its calls end, and the reason is kept for a client that is late. */
  giveUp(): void {
    const reason = 'The call was aborted: its client did not come back to the stream in time';
    for (const id of this.#pending) {
      const error = { code: ErrorCode.internalError, message: reason };
      void this.stream?.send({ jsonrpc: '2.0', id, error });
    }
    this.#abort(reason);
  }

  /** The connection is closed for good: whoever still waits is told. */
  abandon(status: number, code: number, message: string): void {
    if (this.stream === undefined) {
      const [id = null] = this.#pending;
      this.#answer(status, toErrorJson(id, code, message));
    }
    this.stream?.cut();
    this.#pending.clear();
  }

  beat(): void {
    if (this.host.mode === 'auto' && !this.res.headersSent) this.#toStream();
  }

  end(): void {
    this.abandon(503, LegacyCode.refused, 'The server is shutting down.');
  }

  destroy(): void {
    this.res.destroy();
  }

  async #leave(stream: EventStream): Promise<void> {
    await stream.detach();
    if (this.#pending.size > 0 && !stream.isAttached) this.host.log?.left(this);
  }

  #answer(status: number, json: string): void {
    answerJson(this.res, status, json, this.host.open.unsent, this.headers);
  }

  #toStream(): EventStream {
    if (this.stream !== undefined) return this.stream;
    const { host } = this;
    const stream = host.createStream();
    this.stream = stream;
    stream.onlost = () => {
      if (!stream.isResumable) this.#abort('the connection was lost');
      else if (this.#pending.size > 0) this.host.log?.left(this);
    };
    stream.onattached = () => this.host.log?.returned(this);
    host.open.delete(this);
    const { open, queue } = host;
    stream.attach(new SseStream(this.res, { open, queue, headers: this.headers }), host.primes);
    for (const answer of this.#answers ?? []) void stream.send(answer);
    return stream;
  }

  #finish(): void {
    void this.stream?.detach().then(() => this.host.finished(this));
  }

  #closed(): void {
    this.host.open.delete(this);
    if (this.stream === undefined && this.#pending.size > 0) this.#abort('the client went away');
    this.host.disconnected();
  }

  #abort(reason: string): void {
    const ids = [...this.#pending];
    this.#pending.clear();
    for (const id of ids) this.host.abort(id, reason);
    this.host.finished(this);
  }
}

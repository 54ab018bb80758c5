import type { ServerResponse } from 'node:http';
import { retryAfterOf } from '../../backplane/backplane.error.js';
import { ClientGoneError } from '../../errors/client-gone.error.js';
import { ErrorCode } from '../../errors/protocol.error.js';
import { isRequest, toErrorAnswer, type Message, type MessageId } from '../../protocol/json-rpc.js';
import { toJson } from '../../protocol/kept-json.js';
import type { CallInFlight } from '../../sessions/session-attachments.js';
import { answerEmpty, shuttingDown } from '../http/http-refusal.js';
import { answerJson } from '../http/json-answer.js';
import type { OpenResponse } from '../http/open-responses.js';
import { SseStream } from '../http/sse-stream.js';
import { toFittingPieces } from '../fitting-json.js';
import type { Reply } from '../mcp.transport.js';
import type { AwaitedCall } from './event-log.js';
import type { EventStream } from './event-stream.js';
import type { OpenPost, PostHost } from './post-host.js';

const DONE = Promise.resolve();

/** HTTP statuses of modern errors that occur before anything has run. Every other error is a result with status 200. */
const earlyStatuses: Readonly<Record<number, number>> = {
  [ErrorCode.parseError]: 400,
  [ErrorCode.invalidRequest]: 400,
  [ErrorCode.methodNotFound]: 404,
  [ErrorCode.unsupportedProtocolVersion]: 400,
  [ErrorCode.headerMismatch]: 400,
};

/** Additional headers of an answer. */
export type AnswerHeaders = () => Readonly<Record<string, string>> | undefined;

/** Details of a POST that its answer depends on. */
export interface PostDetails {
  /** The requests came as a batch, and are answered as one. */
  readonly batch: boolean;
  /** Additional headers of the answer, evaluated when it is written. */
  readonly headers: AnswerHeaders | undefined;
  /** When the token of the POST expires, in seconds since the epoch: its stream ends then. */
  readonly expiresAt: number | undefined;
}

/** A POST with requests, from its dispatch to the last answer. */
export class PostExchange implements OpenResponse, OpenPost, Reply, AwaitedCall {
  lastBeat = 0;
  stream: EventStream | undefined;
  /** Releases the exchange's hold on its session. */
  letGo: (() => void) | undefined;
  private readonly calls: CallInFlight[] = [];
  private readonly answers: Message[] | undefined;
  private pending: number;
  private isOver = false;

  /** `ids`: the requests of the POST. */
  constructor(
    private readonly host: PostHost,
    private readonly res: ServerResponse,
    private readonly ids: readonly MessageId[],
    private readonly details: PostDetails,
  ) {
    this.pending = ids.length;
    this.answers = details.batch ? [] : undefined;
    host.open.add(this);
    res.on('close', () => this.closed());
  }

  /** Called when the engine has the requests. Starts a stream that need not wait for an answer. */
  begin(): void {
    if (this.host.mode === 'sse' && !this.isOver) this.toStream();
  }

  /** Attaches a call, which is cancelled when its client is lost. */
  carry(call: CallInFlight | undefined): void {
    if (call) this.calls.push(call);
  }

  send(message: Message): Promise<void> {
    if (this.isOver) {
      return isRequest(message) ? Promise.reject(new Error('The call is over.')) : DONE;
    }
    if (this.host.mode === 'json') {
      return isRequest(message) ? this.host.pushUnrelated(message) : DONE;
    }
    return this.toStream().send(message);
  }

  answer(_id: MessageId, answer: Message | undefined, early: boolean): void {
    if (this.isOver) return;
    if (answer) this.take(answer, early);
    this.pending -= 1;
    if (this.pending > 0) return;
    this.isOver = true;
    if (this.stream !== undefined) {
      void this.stream.detach().then(() => this.host.finished(this));
      return;
    }
    if (this.answers !== undefined && this.answers.length > 0) {
      this.write(200, `[${this.answers.map(toJson).join(',')}]`);
    } else {
      answerEmpty(this.res, 202);
    }
    this.host.finished(this);
  }

  /** Ends the stream early; the client resumes it for the rest. */
  closeStream(): void {
    if (this.isOver) return;
    void this.leave(this.toStream());
  }

  /**
   * Ends the calls after the client did not resume the stream in time. The reason is stored for a client that resumes
   * it later.
   */
  giveUp(): void {
    const text = 'The call was aborted: its client did not come back to the stream in time';
    for (const call of this.calls) call.abort(new ClientGoneError(text));
  }

  /** Called when the session has ended: a client that still waits gets an error. */
  abandon(status: number, code: number, message: string): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.stream === undefined) {
      const [id = null] = this.ids;
      this.write(status, JSON.stringify(toErrorAnswer(id, { code, message })));
    }
    this.stream?.cut();
    this.host.finished(this);
  }

  beat(): void {
    if (this.host.mode === 'auto' && !this.res.headersSent) this.toStream();
  }

  end(): void {
    const { status, code, message } = shuttingDown();
    this.abandon(status, code, message);
  }

  destroy(): void {
    this.res.destroy();
  }

  private take(answer: Message, early: boolean): void {
    if (this.stream !== undefined || this.host.mode === 'sse') {
      void this.toStream().send(answer);
    } else if (this.answers) {
      this.answers.push(answer);
    } else {
      const json = toFittingPieces(answer, this.host.open.unsent);
      const retryAfter = retryAfterOf((answer as { error?: { data?: unknown } }).error);
      if (retryAfter === undefined) this.write(this.statusOf(answer, early), json);
      else this.write(503, json, { 'Retry-After': String(retryAfter) });
    }
  }

  private write(
    status: number,
    json: string | readonly Buffer[],
    more?: Readonly<Record<string, string>>,
  ): void {
    const headers = more ? { ...this.details.headers?.(), ...more } : this.details.headers?.();
    answerJson(this.res, status, json, this.host.open.unsent, headers);
  }

  private async leave(stream: EventStream): Promise<void> {
    await stream.detach();
    if (!this.isOver && !stream.isAttached) this.host.log?.left(this);
  }

  private statusOf(answer: Message, early: boolean): number {
    const { error } = answer as { error?: { code: number } };
    if (!error || this.host.era === 'legacy') return 200;
    // The one status that may also be determined while the call runs.
    if (error.code === ErrorCode.missingClientCapability) return 400;
    return (early ? earlyStatuses[error.code] : undefined) ?? 200;
  }

  private toStream(): EventStream {
    if (this.stream !== undefined) return this.stream;
    const { host } = this;
    const stream = host.createStream(this.ids);
    this.stream = stream;
    stream.onlost = () => {
      if (!stream.isResumable) this.cancel('the connection was lost');
      else if (!this.isOver) this.host.log?.left(this);
    };
    stream.onattached = () => this.host.log?.returned(this);
    host.open.delete(this);
    const { open, queue } = host;
    const { headers, expiresAt } = this.details;
    const sse = new SseStream(this.res, { open, queue, headers: headers?.(), expiresAt });
    stream.attach(sse, host.primes);
    for (const answer of this.answers ?? []) void stream.send(answer);
    return stream;
  }

  private closed(): void {
    this.host.open.delete(this);
    if (this.stream === undefined) this.cancel('the client went away');
  }

  private cancel(reason: string): void {
    for (const call of this.calls) call.cancel(reason);
  }
}

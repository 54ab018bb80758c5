import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js';
import { ErrorCode } from '../../errors/protocol.error.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.manager.js';
import { CallsInFlight } from '../calls-in-flight.js';
import { toLocalOrigin } from '../local-request.js';
import {
  cancelledId,
  idOf,
  isDeeperThan,
  isRequest,
  toErrorJson,
  toMessage,
  type Message,
  type MessageId,
} from '../../protocol/json-rpc.js';
import { toFittingJson } from '../fitting.json.js';
import { OutgoingBytes } from '../outgoing.bytes.js';
import type { UnsentBudget } from '../unsent.budget.js';
import { answerableId, lengthProblemOf } from '../../protocol/id.length.js';
import type { McpLimits, ModernDoor } from '../mcp.transport.js';
import { BATCH_VERSION } from '../../protocol/protocol-version.js';
import { BatchAnswers, type OpenBatch } from './batch.answers.js';
import { LineReader } from './line.reader.js';
import { ModernCalls } from './modern.calls.js';

/** The two ends of the pipe, and the caller at the other end. */
export interface StdioSettings {
  /** Name of the server. */
  readonly server: string;
  readonly input: Readable;
  readonly output: Writable;
  readonly auth: McpAuth | undefined;
  readonly limits: McpLimits;
  readonly unsent: UnsentBudget;
  /** `undefined`: legacy revisions only. */
  readonly modern: ModernDoor | undefined;
  /** The client has closed its end and every answer is out, or the client no longer reads. */
  readonly onEnd: () => void;
}

/** An SDK transport over a pair of streams: one JSON message a line. */
export class StdioConnection implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message, extra?: MessageExtraInfo) => void;
  readonly sessionId: string;
  readonly #calls: CallsInFlight;
  /** Questions to the client that it has not answered. */
  readonly #questions = new Set<MessageId>();
  readonly #lines: LineReader;
  readonly #batches = new BatchAnswers((json) => void this.#deliver(json));
  /** Until a handshake has settled that the client is a legacy one. */
  #modern: ModernCalls | undefined;
  readonly #out: OutgoingBytes;
  #unwritten = 0;
  #inputEnded = false;
  #closed = false;

  constructor(
    private readonly session: Session,
    private readonly settings: StdioSettings,
  ) {
    this.sessionId = session.id;
    const { output, modern, limits, unsent, auth } = settings;
    this.#calls = new CallsInFlight(session, limits.concurrency);
    this.#modern =
      modern &&
      new ModernCalls({
        door: modern,
        limit: limits.concurrency,
        origin: () => toLocalOrigin(settings.server, auth),
        unsent,
        write: (json) => this.#deliver(json),
        onEnd: () => this.#closeWhenDone(),
      });
    const { queue } = limits;
    this.#out = new OutgoingBytes(output, { unsent, queue, cut: () => this.#end() });
    this.#lines = new LineReader(limits.body, {
      line: (text) => this.#receiveLine(text),
      tooLong: () => this.#refuse(null, ErrorCode.parseError, 'Parse error: the line is too long'),
    });
  }

  start(): Promise<void> {
    const { input, output } = this.settings;
    input.on('data', this.#onData).once('end', this.#onEnd).once('close', this.#onEnd);
    input.on('error', this.#onEnd);
    output.on('error', this.#end);
    return Promise.resolve();
  }

  async send(message: Message): Promise<void> {
    if (isRequest(message)) {
      if (this.#inputEnded) throw new Error('The client has closed its end.');
      this.#questions.add(message.id);
    }
    this.#calls.sent(message);
    const answered = 'method' in message ? undefined : message.id;
    const json = toFittingJson(message, this.settings.unsent);
    if (this.#batches.take(answered, () => json)) return;
    await this.#deliver(json);
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#out.close();
    this.#modern?.abort('all');
    const { input, output } = this.settings;
    input.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd);
    input.pause();
    // A broken pipe must not become an uncaught error after the end either.
    output.off('error', this.#end).on('error', () => undefined);
    this.session.close();
    this.onclose?.();
    return Promise.resolve();
  }

  readonly #onData = (chunk: Buffer | string): void => this.#lines.push(Buffer.from(chunk));

  readonly #onEnd = (): void => {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    this.#modern?.abort('subscriptions');
    for (const id of this.#questions) {
      const error = { code: ErrorCode.internalError, message: 'The client has closed its end.' };
      this.onmessage?.({ jsonrpc: '2.0', id, error });
    }
    this.#closeWhenDone();
  };

  /** There is no client any more, or none that reads. */
  readonly #end = (): void => {
    if (this.#closed) return;
    void this.close();
    this.settings.onEnd();
  };

  #receiveLine(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#refuse(null, ErrorCode.parseError, 'Parse error: Invalid JSON');
      return;
    }
    const { depth, batch } = this.settings.limits;
    const isBatch = Array.isArray(value) && this.session.protocolVersion === BATCH_VERSION;
    const members = isBatch ? (value as unknown[]) : [value];
    if (isDeeperThan(value, depth) || members.length > batch) {
      this.#refuse(idOf(value), ErrorCode.invalidRequest, 'Invalid Request: beyond the limits');
    } else if (members.length === 0) {
      this.#refuse(null, ErrorCode.invalidRequest, 'Invalid Request: the batch is empty');
    } else if (isBatch) {
      const open = this.#batches.open();
      for (const member of members) this.#receive(member, open);
      this.#batches.release(open);
    } else {
      this.#receive(value);
    }
  }

  #receive(value: unknown, batch?: OpenBatch): void {
    const message = toMessage(value);
    const tooLong = message && lengthProblemOf(message);
    if (message && tooLong)
      return this.#refuse(answerableId(message), ErrorCode.invalidParams, tooLong, batch);
    if (message && this.#modern?.take(message) === true) return;
    const problem = message ? this.#problemOf(message) : 'not a JSON-RPC 2.0 message';
    if (message === undefined || problem !== undefined) {
      this.#refuse(idOf(value), ErrorCode.invalidRequest, `Invalid Request: ${problem}`, batch);
      return;
    }
    const { auth, server } = this.settings;
    if (!('method' in message) && message.id !== undefined) this.#questions.delete(message.id);
    this.#calls.received(message);
    if (batch && isRequest(message)) this.#batches.expect(batch, message.id);
    if (isRequest(message) && message.method === 'initialize') this.#modern = undefined;
    this.onmessage?.(message, { requestInfo: toLocalOrigin(server, auth) });
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) this.#batches.drop(cancelled);
  }

  #problemOf(message: Message): string | undefined {
    if (this.#calls.isTaken(message)) return 'the request id is in use';
    return this.#calls.isFullFor(message) ? 'too many calls in flight' : undefined;
  }

  /** Writes what the end of the connection has to wait for; resolves when the client is ready for more. */
  #deliver(json: string): Promise<void> | undefined {
    this.#unwritten++;
    this.#write(json, () => {
      this.#unwritten--;
      this.#closeWhenDone();
    });
    return this.#out.ready();
  }

  #refuse(id: MessageId | null, code: number, text: string, batch?: OpenBatch): void {
    const json = toErrorJson(id, code, text);
    if (batch) batch.answers.push(json);
    else this.#write(json);
  }

  /** Cuts off a client that does not read. */
  #write(json: string, done?: () => void): void {
    if (this.#out.isOverfull) this.#out.cut();
    this.#out.write(Buffer.from(`${json}\n`), done);
  }

  #closeWhenDone(): void {
    const calls = this.#calls.size + (this.#modern?.size ?? 0);
    const busy = calls > 0 || this.#unwritten > 0;
    if (this.#closed || !this.#inputEnded || busy) return;
    this.#end();
  }
}

import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js';
import { ErrorCode } from '../../errors/protocol.error.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.manager.js';
import { CallsInFlight } from '../calls-in-flight.js';
import { toRequest } from '../local-request.js';
import {
  idOf,
  isDeeperThan,
  isMessage,
  isRequest,
  toErrorJson,
  type Message,
  type MessageId,
} from '../../protocol/json-rpc.js';
import { toJson } from '../../protocol/kept.json.js';
import type { McpLimits, ModernDoor } from '../mcp.transport.js';
import { BATCH_VERSION } from '../../protocol/protocol-version.js';
import { LineReader } from './line.reader.js';
import { ModernCalls } from './modern.calls.js';

/** The two ends of the pipe, and who is at the other. */
export interface StdioSettings {
  readonly input: Readable;
  readonly output: Writable;
  readonly auth: McpAuth | undefined;
  readonly limits: McpLimits;
  /** `undefined`: legacy revisions only. */
  readonly modern: ModernDoor | undefined;
  /** The client has closed its end, and every answer is out. */
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
  /** Until a handshake has settled that the client is a legacy one. */
  #modern: ModernCalls | undefined;
  #unwritten = 0;
  #inputEnded = false;
  #closed = false;

  constructor(
    private readonly session: Session,
    private readonly settings: StdioSettings,
  ) {
    this.sessionId = session.id;
    this.#calls = new CallsInFlight(session, settings.limits.concurrency);
    const { modern, limits, auth } = settings;
    this.#modern =
      modern &&
      new ModernCalls({
        door: modern,
        limit: limits.concurrency,
        origin: () => ({ headers: {}, request: toRequest(auth), ...(auth && { auth }) }),
        write: (json) => void this.#deliver(json),
        onEnd: () => this.#closeWhenDone(),
      });
    this.#lines = new LineReader(settings.limits.body, {
      line: (text) => this.#receiveLine(text),
      tooLong: () => this.#refuse(null, ErrorCode.parseError, 'Parse error: the line is too long'),
    });
  }

  start(): Promise<void> {
    const { input, output } = this.settings;
    input.on('data', this.#onData).once('end', this.#onEnd).once('close', this.#onEnd);
    input.on('error', this.#onEnd);
    output.on('error', this.#onBroken);
    return Promise.resolve();
  }

  async send(message: Message): Promise<void> {
    if (isRequest(message)) {
      if (this.#inputEnded) throw new Error('The client has closed its end.');
      this.#questions.add(message.id);
    }
    this.#calls.sent(message);
    await this.#deliver(toJson(message));
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#modern?.abort('all');
    const { input, output } = this.settings;
    input.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd);
    input.pause();
    // A broken pipe must not become an uncaught error after the end either.
    output.off('error', this.#onBroken).on('error', () => undefined);
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

  readonly #onBroken = (): void => void this.close();

  #receiveLine(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#refuse(null, ErrorCode.parseError, 'Parse error: Invalid JSON');
      return;
    }
    const { depth, batch } = this.settings.limits;
    const many = Array.isArray(value) && this.session.protocolVersion === BATCH_VERSION;
    if (isDeeperThan(value, depth) || (many && (value as unknown[]).length > batch)) {
      this.#refuse(idOf(value), ErrorCode.invalidRequest, 'Invalid Request: beyond the limits');
      return;
    }
    for (const message of many ? (value as unknown[]) : [value]) this.#receive(message);
  }

  #receive(message: unknown): void {
    const code = ErrorCode.invalidRequest;
    if (!isMessage(message)) {
      this.#refuse(idOf(message), code, 'Invalid Request: not a JSON-RPC 2.0 message');
    } else if (this.#modern?.take(message) === true) {
      return;
    } else if (this.#calls.isTaken(message)) {
      this.#refuse(idOf(message), code, 'Invalid Request: the request id is in use');
    } else if (this.#calls.isFullFor(message)) {
      this.#refuse(idOf(message), code, 'Invalid Request: too many calls in flight');
    } else {
      const { auth } = this.settings;
      if ('id' in message && !('method' in message) && message.id !== undefined) {
        this.#questions.delete(message.id);
      }
      this.#calls.received(message);
      if (isInitialize(message)) this.#modern = undefined;
      this.onmessage?.(message, {
        requestInfo: { headers: {}, request: toRequest(auth), ...(auth && { auth }) } as never,
      });
    }
  }

  /** Writes what the end of the connection has to wait for. */
  async #deliver(json: string): Promise<void> {
    this.#unwritten++;
    await this.#write(json);
    this.#unwritten--;
    this.#closeWhenDone();
  }

  #refuse(id: MessageId | null, code: number, text: string): void {
    this.#write(toErrorJson(id, code, text)).catch(this.#onBroken);
  }

  /** Resolves once the line is out. Cuts off a client that does not read. */
  #write(json: string): Promise<void> {
    const { output, limits } = this.settings;
    if (output.writableLength > limits.queue) void this.close();
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      output.write(`${json}\n`, () => resolve());
    });
  }

  #closeWhenDone(): void {
    const calls = this.#calls.size + (this.#modern?.size ?? 0);
    const busy = calls > 0 || this.#unwritten > 0;
    if (this.#closed || !this.#inputEnded || busy) return;
    void this.close();
    this.settings.onEnd();
  }
}

function isInitialize(message: Message): boolean {
  return isRequest(message) && message.method === 'initialize';
}

import type { Readable, Writable } from 'node:stream';
import { ErrorCode } from '../../errors/protocol.error.js';
import { answerableId } from '../../protocol/id-length.js';
import {
  idOf,
  isDeeperThan,
  isRequest,
  toErrorAnswer,
  toMessage,
  type Message,
  type MessageId,
} from '../../protocol/json-rpc.js';
import { BATCH_VERSION } from '../../protocol/protocol-version.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.js';
import { toFittingJson } from '../fitting-json.js';
import type { Reply, TransportHost } from '../mcp.transport.js';
import { OutgoingBytes } from '../outgoing-bytes.js';
import { PipeReceiver } from '../pipe-receiver.js';
import { BatchAnswers, type OpenBatch } from './batch-answers.js';
import { LineReader } from './line-reader.js';

/** The two streams of the connection, and its caller. */
export interface StdioSettings {
  readonly input: Readable;
  readonly output: Writable;
  readonly auth: McpAuth | undefined;
  /** Called when the client has closed its end and every answer is written, or when it has stopped reading. */
  readonly onEnd: () => void;
}

/** The client at the other end of a pair of streams, with one JSON message on each line. */
export class StdioConnection implements Reply {
  private readonly receiver: PipeReceiver;
  /** Requests to the client that it has not answered. */
  private readonly questions = new Set<MessageId>();
  private readonly lines: LineReader;
  private readonly batches = new BatchAnswers((json) => void this.deliver(json));
  private readonly out: OutgoingBytes;
  private unwritten = 0;
  private inputEnded = false;
  private closed = false;

  constructor(
    private readonly host: TransportHost,
    private readonly session: Session,
    private readonly settings: StdioSettings,
  ) {
    const { auth } = settings;
    this.receiver = new PipeReceiver({ host, session, auth, over: 'stdio', reply: this });
    const { limits, unsent } = host;
    this.out = new OutgoingBytes(settings.output, {
      unsent,
      queue: limits.queue,
      cut: () => this.end(),
    });
    this.lines = new LineReader(limits.body, {
      line: (text) => this.receiveLine(text),
      tooLong: () => this.refuse(null, ErrorCode.parseError, 'Parse error: the line is too long'),
    });
    session.outlet = async (message) => this.send(message);
    session.whenClosed(() => this.close());
  }

  /** Starts to read. */
  open(): void {
    const { input, output } = this.settings;
    input.on('data', this.onData).once('end', this.onEnd).once('close', this.onEnd);
    input.on('error', this.onEnd);
    output.on('error', this.end);
  }

  send(message: Message): Promise<void> | undefined {
    if (isRequest(message)) {
      if (this.inputEnded) return Promise.reject(new Error('The client has closed its end.'));
      this.questions.add(message.id);
    }
    return this.deliver(this.toJson(message));
  }

  answer(id: MessageId, answer: Message | undefined): void {
    if (!answer) {
      this.batches.drop(id);
      this.closeWhenDone();
    } else if (!this.batches.take(id, () => this.toJson(answer))) {
      void this.deliver(this.toJson(answer));
    }
  }

  private readonly onData = (chunk: Buffer | string): void => this.lines.push(Buffer.from(chunk));

  private readonly onEnd = (): void => {
    if (this.inputEnded) return;
    this.inputEnded = true;
    this.receiver.endSubscriptions();
    for (const id of this.questions) {
      this.receiver.failQuestion(id, 'The client has closed its end.');
    }
    this.closeWhenDone();
  };

  /** Called when the client has disconnected, or has stopped reading. */
  private readonly end = (): void => {
    if (this.closed) return;
    this.session.close();
    this.settings.onEnd();
  };

  private close(): void {
    this.closed = true;
    this.out.close();
    const { input, output } = this.settings;
    input.off('data', this.onData).off('end', this.onEnd).off('close', this.onEnd);
    input.pause();
    // A broken pipe must not become an uncaught error, even after the end.
    output.off('error', this.end).on('error', () => undefined);
  }

  private receiveLine(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.refuse(null, ErrorCode.parseError, 'Parse error: Invalid JSON');
      return;
    }
    const { depth, batch } = this.host.limits;
    const isBatch = Array.isArray(value) && this.session.protocolVersion === BATCH_VERSION;
    const members = isBatch ? (value as unknown[]) : [value];
    if (isDeeperThan(value, depth) || members.length > batch) {
      this.refuse(idOf(value), ErrorCode.invalidRequest, 'Invalid Request: beyond the limits');
    } else if (members.length === 0) {
      this.refuse(null, ErrorCode.invalidRequest, 'Invalid Request: the batch is empty');
    } else if (isBatch) {
      const open = this.batches.open();
      for (const member of members) this.receive(member, open);
      this.batches.release(open);
    } else {
      this.receive(value);
    }
  }

  private receive(value: unknown, batch?: OpenBatch): void {
    const message = toMessage(value);
    if (!message) {
      const text = 'Invalid Request: not a JSON-RPC 2.0 message';
      this.refuse(idOf(value), ErrorCode.invalidRequest, text, { batch });
      return;
    }
    const admitted = this.receiver.admit(message);
    if (admitted === undefined) return;
    if (!('era' in admitted)) {
      const { code, message: text, data } = admitted;
      this.refuse(answerableId(message), code, text, { data, batch });
      return;
    }
    if (!('method' in message) && message.id !== undefined) this.questions.delete(message.id);
    if (batch && isRequest(message)) this.batches.expect(batch, message.id);
    this.receiver.receive(message, admitted);
  }

  private toJson(message: Message): string {
    return toFittingJson(message, this.host.unsent);
  }

  /** Writes a message that must be sent before the connection ends. Resolves when the client is ready for more. */
  private deliver(json: string): Promise<void> | undefined {
    this.unwritten++;
    this.write(json, () => {
      this.unwritten--;
      this.closeWhenDone();
    });
    return this.out.ready();
  }

  private refuse(
    id: MessageId | null,
    code: number,
    message: string,
    { data, batch }: { data?: unknown; batch?: OpenBatch | undefined } = {},
  ): void {
    const json = JSON.stringify(toErrorAnswer(id, { code, message, data }));
    if (batch) batch.answers.push(json);
    else this.write(json);
  }

  /** Writes a message. A client that does not read is disconnected. */
  private write(json: string, done?: () => void): void {
    if (this.out.isOverfull) this.out.cut();
    this.out.write(Buffer.from(`${json}\n`), done);
  }

  private closeWhenDone(): void {
    const busy = this.receiver.waiting > 0 || this.unwritten > 0;
    if (this.closed || !this.inputEnded || busy) return;
    this.end();
  }
}

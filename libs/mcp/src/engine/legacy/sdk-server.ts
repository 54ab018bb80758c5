import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type {
  Transport,
  TransportSendOptions,
} from '@modelcontextprotocol/sdk/shared/transport.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv-provider.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import {
  cancelledId,
  isRequest,
  isResponse,
  toErrorAnswer,
  type Message,
  type MessageId,
  type RequestMessage,
} from '../../protocol/json-rpc.js';
import type { Session } from '../../sessions/session.js';
import { Call } from '../call.js';
import type { EngineSettings } from '../engine-settings.js';
import { fromQuestionId, toQuestionId } from '../other-processes.js';
import { readInitialize } from './initialize-request.js';
import type { SdkRequest } from './sdk-request.js';

/** Shared by every SDK server of the process: making one costs more than a call. */
const validator = new AjvJsonSchemaValidator();

/**
 * ms after which the SDK would give up a question: the longest that a timer can wait. The call's own time limit, its abort and the
 * end of the session end it before.
 */
const questionTimeout = 2 ** 31 - 1;

/** Keeps what a client has said in `initialize`. A promise resolves when every process knows. */
export type Agree = (params: Readonly<Record<string, unknown>>) => Promise<void> | undefined;

/**
 * The server of SDK v1 behind one legacy session, or behind one message without a session. It keeps the handshake, answers pings and
 * unknown methods, and carries questions to the client. Requests of the method table never reach it.
 */
export class SdkServer implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message) => void;
  private readonly sdk: Server;
  /** This process, where an answer may come to another one. */
  private readonly process: string | undefined;
  private readonly requests = new Map<MessageId, SdkRequest>();
  /** By the parameters of the question. */
  private readonly asking = new WeakMap<object, (id: MessageId) => void>();

  constructor(
    private readonly settings: EngineSettings,
    private readonly session: Session | undefined,
  ) {
    const { identity, instructions, capabilities, logger, processes } = settings;
    this.process = session?.local === false ? processes?.link.process : undefined;
    this.sdk = new Server(
      { ...identity },
      {
        capabilities: session ? capabilities() : withoutNews(capabilities()),
        instructions,
        jsonSchemaValidator: validator,
      },
    );
    this.sdk.removeRequestHandler('logging/setLevel');
    this.sdk.onerror = (error) => logger.debug?.(`protocol: ${error.message}`);
    // It listens when this returns, not only when it resolves.
    void this.sdk.connect(this);
  }

  /** Has the SDK answer a request. `message`: what the SDK reads in place of the client's own. */
  answer(request: SdkRequest, message: RequestMessage = request.message): void {
    const { id } = request;
    const calls = this.session?.calls;
    this.requests.set(id, request);
    calls?.set(id, request);
    request.whenEnded(() => {
      this.requests.delete(id);
      calls?.delete(id);
    });
    this.onmessage?.(message);
  }

  /** Answers `initialize`; what the client says of itself goes to `agree` first. */
  shakeHands(request: SdkRequest, agree: Agree): void {
    const read = readInitialize(request.message.params);
    if ('problem' in read) {
      const error = new ProtocolError(ErrorCode.invalidParams, read.problem);
      request.end(toErrorAnswer(request.id, error));
      return;
    }
    const { params } = read;
    const answer = (): void => this.answer(request, { ...request.message, params });
    // Another process may get the client's next message, and must find what was agreed.
    const shared = agree(params);
    if (shared) shared.then(answer, (error: Error) => request.abort(error));
    else answer();
  }

  /** Hands over a notification, or the answer to a question. */
  take(message: Message): void {
    const { process } = this;
    const { id } = message as { id?: MessageId };
    if (process === undefined || id === undefined) this.onmessage?.(message);
    else this.onmessage?.({ ...message, id: fromQuestionId(id, process) });
  }

  /** Sends a request to the client on the stream of that call. `sent` receives the id that the SDK gives it. */
  ask(
    method: string,
    params: Readonly<Record<string, unknown>>,
    call: Call,
    sent: (id: MessageId) => void,
  ): Promise<Record<string, unknown>> {
    this.asking.set(params, sent);
    return this.sdk.request({ method, params }, ResultSchema, {
      timeout: questionTimeout,
      signal: call.signal,
      relatedRequestId: call.id,
    });
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  /** The SDK sends. */
  async send(given: Message, options?: TransportSendOptions): Promise<void> {
    const message = this.toQuestion(given);
    if (isResponse(message)) {
      const { id } = message as { id?: MessageId };
      if (id !== undefined) this.requests.get(id)?.end(message);
      return;
    }
    if (isRequest(message) && message.params) this.asking.get(message.params)?.(message.id);
    const related = options?.relatedRequestId;
    const call = related === undefined ? undefined : this.session?.calls.get(related);
    if (call instanceof Call) await call.relay(message);
    else if (isRequest(message)) throw new Error('The call is over.');
  }

  /** Questions, and their cancellation, name the process that waits, where there are others. */
  private toQuestion(message: Message): Message {
    const { process } = this;
    if (process === undefined) return message;
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) {
      const { params } = message as RequestMessage;
      return {
        ...message,
        params: { ...params, requestId: toQuestionId(cancelled, process) },
      };
    }
    return isRequest(message) ? { ...message, id: toQuestionId(message.id, process) } : message;
  }

  close(): Promise<void> {
    this.onclose?.();
    return Promise.resolve();
  }
}

/** Without a session there is no stream on which news could come. */
function withoutNews(
  capabilities: ReturnType<EngineSettings['capabilities']>,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(capabilities).map(([name, { ...capability }]) => {
      const { listChanged: _, subscribe: __, ...rest } = capability as Record<string, unknown>;
      return [name, rest];
    }),
  );
}

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

/** Shared by every SDK server of the process: creating a validator costs more than a call. */
const validator = new AjvJsonSchemaValidator();

/**
 * The SDK's timeout of a question in ms: the longest that a timer supports. The call's own time limit, its abort and
 * the end of the session end it earlier.
 */
const questionTimeout = 2 ** 31 - 1;

/** Stores the parameters of `initialize`. A returned promise resolves when every process has them. */
export type Agree = (params: Readonly<Record<string, unknown>>) => Promise<void> | undefined;

/**
 * The server of SDK v1 behind one legacy session, or behind one message without a session. It handles the handshake,
 * answers pings and unknown methods, and sends questions to the client. Requests of the method table never reach it.
 */
export class SdkServer implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message) => void;
  private readonly sdk: Server;
  /** The id of this process, if another one may receive the answer. */
  private readonly process: string | undefined;
  private readonly requests = new Map<MessageId, SdkRequest>();
  /** The callbacks for the ids of questions, by their parameters. */
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
    // The SDK's server listens when this returns, not only when it resolves.
    void this.sdk.connect(this);
  }

  /** Lets the SDK answer a request. `message` is passed to the SDK in place of the client's own. */
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

  /** Lets the SDK answer `initialize`. Its parameters are passed to `agree` first. */
  shakeHands(request: SdkRequest, agree: Agree): void {
    const read = readInitialize(request.message.params);
    if ('problem' in read) {
      const error = new ProtocolError(ErrorCode.invalidParams, read.problem);
      request.end(toErrorAnswer(request.id, error));
      return;
    }
    const { params } = read;
    const answer = (): void => this.answer(request, { ...request.message, params });
    // Another process may receive the client's next message, and needs the negotiated values.
    const shared = agree(params);
    if (shared) shared.then(answer, (error: Error) => request.abort(error));
    else answer();
  }

  /** Passes on a notification, or the answer to a question. */
  take(message: Message): void {
    const { process } = this;
    const { id } = message as { id?: MessageId };
    if (process === undefined || id === undefined) this.onmessage?.(message);
    else this.onmessage?.({ ...message, id: fromQuestionId(id, process) });
  }

  /** Sends a request to the client on the stream of that call. `sent` receives the id that the SDK assigns. */
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

  /** Called by the SDK to send a message. */
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

  /** Adds the waiting process to the ids of questions and their cancellations, if there are several processes. */
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

/** The capabilities without notifications: without a session there is no stream for them. */
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

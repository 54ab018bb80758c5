import type {
  Transport,
  TransportSendOptions,
} from '@modelcontextprotocol/sdk/shared/transport.js';
import type { MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import { toStreamId } from '../../sessions/event.store.js';
import type { Session } from '../../sessions/session.manager.js';
import { assertOwnerRoom } from '../http/assert-owner-room.js';
import { HttpOrigin } from '../http/http-origin.js';
import { answerEmpty, invalidRequest, LegacyCode, tooManyCalls } from '../http/http-refusal.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import type { OpenResponses } from '../http/open-responses.js';
import { POLLING_VERSION } from '../../protocol/protocol-version.js';
import type { PostedMessages } from '../http/read-messages.js';
import {
  cancelledId,
  isRequest,
  isResponse,
  negotiatedVersion,
  toCancelled,
  type Message,
  type MessageId,
} from '../../protocol/json-rpc.js';
import type { MessageOrigin, TransportHost } from '../mcp.transport.js';
import type { EventLog } from './event.log.js';
import { EventStream } from './event.stream.js';
import { PostExchange, type PostHost, type ResponseMode } from './post.exchange.js';
import { StandaloneStream } from './standalone.stream.js';

/** What all connections of one transport share. */
export interface ConnectionSettings {
  readonly host: TransportHost;
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
  readonly log: EventLog | undefined;
}

/** Who posted, and what goes with the answer. */
export interface PostedBy {
  readonly auth: McpAuth | undefined;
  readonly protocolVersion?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

const DONE = Promise.resolve();

/** An SDK transport over Streamable HTTP: of one session, or (without a session) of one POST. */
export class StreamableHttpConnection implements Transport, PostHost {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message, extra?: MessageExtraInfo) => void;
  readonly sessionId: string | undefined;
  readonly #calls = new Map<MessageId, PostExchange>();
  readonly log: EventLog | undefined;
  #streams: Map<string, EventStream> | undefined;
  #standalone: StandaloneStream | undefined;
  #lastStream = 0;
  #initializeId: MessageId | undefined;
  #closed = false;

  constructor(
    private readonly settings: ConnectionSettings,
    readonly session?: Session,
  ) {
    this.sessionId = session?.id;
    // Without a session there is nobody to come back.
    this.log = session === undefined ? undefined : settings.log;
  }

  get mode(): ResponseMode {
    return this.settings.mode;
  }

  get open(): OpenResponses {
    return this.settings.open;
  }

  get queue(): number {
    return this.settings.host.limits.queue;
  }

  get primes(): boolean {
    return this.log !== undefined && (this.session?.protocolVersion ?? '') >= POLLING_VERSION;
  }

  start(): Promise<void> {
    return DONE;
  }

  /** Takes what a client has posted; answers it when the engine does. Throws `HttpRefusal` (400, 429). */
  accept(http: NodeExchange, { messages, batch }: PostedMessages, by: PostedBy): void {
    const ids: MessageId[] = [];
    for (const message of messages) if (isRequest(message)) ids.push(message.id);
    if (ids.length === 0) {
      const origin = new HttpOrigin(http, by.auth, by.protocolVersion);
      answerEmpty(http.res, 202);
      for (const message of messages) this.#receive(message, origin);
      return;
    }
    this.#assertFree(ids);
    assertOwnerRoom(this.settings.host.owners.calls, http.request, by.auth, ids);
    const exchange = new PostExchange(this, http.res, ids, batch, by.headers);
    exchange.letGo = this.session?.hold();
    for (const id of ids) this.#calls.set(id, exchange);
    const closable = this.primes && this.mode !== 'json' ? exchange : undefined;
    const origin = new HttpOrigin(http, by.auth, by.protocolVersion, closable);
    for (const message of messages) this.#receive(message, origin);
  }

  /** Opens the stream of a GET, from where the client left off if it says so. Throws `HttpRefusal` (400, 409). */
  async listen(http: NodeExchange, auth: McpAuth | undefined): Promise<void> {
    const { session, open } = this;
    if (session === undefined) return;
    this.#standalone ??= new StandaloneStream(toStreamId(session.id, 0), open.unsent, this.log);
    await this.#standalone.open(http, {
      session,
      auth,
      open,
      queue: this.queue,
      primes: this.primes,
      streams: this.#streams,
    });
  }

  send(message: Message, options?: TransportSendOptions): Promise<void> {
    if (isResponse(message)) return this.#respond(message);
    const related = options?.relatedRequestId;
    if (related === undefined) return this.pushUnrelated(message);
    const exchange = this.#calls.get(related);
    if (exchange !== undefined) return exchange.relay(message);
    return isRequest(message) ? Promise.reject(new Error('The call is over.')) : DONE;
  }

  close(): Promise<void> {
    if (this.#closed) return DONE;
    this.#closed = true;
    for (const exchange of new Set(this.#calls.values())) {
      exchange.abandon(404, LegacyCode.sessionNotFound, 'Session closed');
    }
    this.#calls.clear();
    for (const stream of this.#streams?.values() ?? []) stream.cut();
    this.#standalone?.cut();
    this.session?.close();
    if (this.sessionId !== undefined) this.log?.forgetSession(this.sessionId);
    this.onclose?.();
    return DONE;
  }

  createStream(): EventStream {
    const id = toStreamId(this.sessionId ?? '', ++this.#lastStream);
    const stream = new EventStream(id, this.open.unsent, this.log);
    if (this.log !== undefined) (this.#streams ??= new Map()).set(id, stream);
    return stream;
  }

  abort(id: MessageId, reason: string): void {
    this.#calls.delete(id);
    this.onmessage?.(toCancelled(id, reason));
  }

  finished(exchange: PostExchange): void {
    this.log?.returned(exchange);
    const { stream } = exchange;
    if (stream !== undefined && this.#streams?.delete(stream.id) === true) {
      this.log?.answered(stream.id);
    }
    exchange.letGo?.();
  }

  disconnected(): void {
    if (this.session === undefined) void this.close();
  }

  pushUnrelated(message: Message): Promise<void> {
    if (this.#standalone?.isReachable === true) return this.#standalone.send(message);
    return isRequest(message)
      ? Promise.reject(new Error('The client has no stream open to be asked on.'))
      : DONE;
  }

  #receive(message: Message, origin: MessageOrigin): void {
    if ('method' in message && message.method === 'initialize' && isRequest(message)) {
      this.#initializeId = message.id;
    }
    this.onmessage?.(message, { requestInfo: origin });
    const cancelled = cancelledId(message);
    if (cancelled === undefined || cancelled === this.#initializeId) return;
    const exchange = this.#calls.get(cancelled);
    this.#calls.delete(cancelled);
    // The SDK sends no answer to a cancelled call.
    exchange?.release(cancelled);
  }

  #respond(message: Message): Promise<void> {
    const { id } = message as { id?: MessageId };
    const exchange = id === undefined ? undefined : this.#calls.get(id);
    if (id === undefined || exchange === undefined) return DONE;
    this.#calls.delete(id);
    if (id !== this.#initializeId) return exchange.respond(id, message);
    this.#initializeId = undefined;
    const version = negotiatedVersion(message);
    if (this.session !== undefined) this.session.protocolVersion = version;
    // A refused handshake leaves no session that a header could name.
    if (version === undefined) exchange.headers = undefined;
    const sent = exchange.respond(id, message);
    return version === undefined ? sent.then(() => this.close()) : sent;
  }

  #assertFree(ids: readonly MessageId[]): void {
    const single = ids.length === 1 ? (ids[0] ?? null) : null;
    const repeats = ids.length > 1 && new Set(ids).size < ids.length;
    if (repeats || ids.some((id) => this.#calls.has(id))) {
      throw invalidRequest('the request id is in use', single);
    }
    const { concurrency } = this.settings.host.limits;
    if (this.#calls.size + ids.length > concurrency) throw tooManyCalls(concurrency, single);
  }
}

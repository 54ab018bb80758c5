import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.manager.js';
import { assertAcceptsBoth, assertAcceptsJson, assertAcceptsStream } from '../http/accept.js';
import { answerErrors } from '../http/answer-errors.js';
import { assertAdmitted } from '../http/assert-admitted.js';
import {
  answerEmpty,
  invalidRequest,
  methodNotAllowed,
  sessionNotFound,
  sessionRequired,
  unavailable,
} from '../http/http-refusal.js';
import { toNodeExchange, type NodeExchange } from '../../platform/node-exchange.js';
import { OpenResponses } from '../http/open-responses.js';
import { protocolVersionOf } from '../http/protocol-version-header.js';
import { assertBatchable, readMessages, type PostedMessages } from '../http/read-messages.js';
import { RequestAborted } from '../http/request-body.js';
import { isRequest, type Message } from '../../protocol/json-rpc.js';
import { isModernVersion } from '../../protocol/era.js';
import type { TransportEntry, TransportHost } from '../mcp.transport.js';
import { EventLog } from './event.log.js';
import { ModernLeg } from './modern.leg.js';
import { StreamableHttpConnection, type ConnectionSettings } from './streamable-http.connection.js';
import type { StreamableHttpSettings } from './streamable-http.options.js';

const STATEFUL_VERBS = 'GET, POST, DELETE';

/** Streamable HTTP in one application: finds the session of a request, and hands it what the request carries. */
export class StreamableHttpEntry implements TransportEntry {
  readonly #host: TransportHost;
  readonly #stateless: boolean;
  readonly #settings: ConnectionSettings;
  readonly #connections = new Map<Session, StreamableHttpConnection>();
  readonly #modern: ModernLeg | undefined;
  readonly #legacy: boolean;
  #draining = false;

  constructor(host: TransportHost, settings: StreamableHttpSettings) {
    this.#host = host;
    this.#stateless = settings.stateless;
    this.#settings = {
      host,
      mode: settings.responseMode,
      open: new OpenResponses(settings.keepAlive, host.unsent),
      log: settings.stateless ? undefined : new EventLog(host),
    };
    this.#legacy = settings.eras.includes('legacy');
    if (host.modern && settings.eras.includes('modern')) {
      this.#modern = new ModernLeg({
        door: host.modern,
        owners: host.owners,
        preflight: host.preflight,
        legacy: this.#legacy,
        mode: settings.responseMode,
        open: this.#settings.open,
        queue: host.limits.queue,
      });
    }
  }

  /** Serves a POST: returns at once, answers when there is an answer. */
  post(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.#host.logger, () => this.#post(http));
  }

  /** Serves a GET (and the HEAD that routers send along with it). */
  get(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.#host.logger, () => this.#get(http));
  }

  /** Serves a DELETE. */
  delete(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.#host.logger, async () => {
      this.#assertSessions(http);
      protocolVersionOf(http.req);
      const connection = this.#connectionOf(http, this.#host.authOf(request));
      answerEmpty(http.res, 200);
      await connection.close();
    });
  }

  drain(): void {
    this.#draining = true;
    if (this.#modern) this.#modern.draining = true;
  }

  async close(): Promise<void> {
    this.#draining = true;
    const ended = this.#settings.open.close();
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()));
    this.#settings.log?.stop();
    await ended;
  }

  async #get(http: NodeExchange): Promise<void> {
    this.#assertSessions(http);
    if (http.req.method === 'HEAD') throw methodNotAllowed(STATEFUL_VERBS);
    assertAcceptsStream(http.req);
    protocolVersionOf(http.req);
    const auth = this.#host.authOf(http.request);
    await this.#connectionOf(http, auth).listen(http, auth);
  }

  async #post(http: NodeExchange): Promise<void> {
    if (this.#settings.mode === 'json') assertAcceptsJson(http.req);
    else assertAcceptsBoth(http.req);
    const auth = this.#host.authOf(http.request);
    const named = http.req.headers['mcp-session-id'] !== undefined && !this.#stateless;
    const modern = this.#modern;
    // The modern era ignores session ids; which era it is may be known only from the body.
    const early = named && !modern ? this.#connectionOf(http, auth) : undefined;
    const posted = await readMessages(http, this.#host.limits);
    if (http.res.destroyed) throw new RequestAborted();
    const body = posted.batch ? posted.messages : (posted.messages[0] as Message);
    if (await modern?.take(http, body, auth)) return;
    const connection = named ? (early ?? this.#connectionOf(http, auth)) : undefined;
    if (posted.messages.some(isInitialize)) {
      if (posted.batch) throw invalidRequest('initialize must not be part of a batch');
      if (connection !== undefined) throw invalidRequest('Server already initialized');
      await (this.#stateless
        ? this.#serveOnce(http, posted, auth)
        : this.#open(http, posted, auth));
      return;
    }
    const protocolVersion = protocolVersionOf(http.req);
    assertBatchable(posted, connection?.session?.protocolVersion ?? protocolVersion);
    await assertAdmitted(this.#host.preflight, http, posted, auth);
    if (http.res.destroyed) throw new RequestAborted();
    if (connection !== undefined) {
      // It may have ended while the body was on its way.
      if (connection.session?.closed === true) throw sessionNotFound();
      connection.session?.markInitialized();
      connection.accept(http, posted, { auth });
    } else if (this.#stateless) {
      await this.#serveOnce(http, posted, auth, protocolVersion);
    } else {
      throw sessionRequired();
    }
  }

  async #open(
    http: NodeExchange,
    posted: PostedMessages,
    auth: McpAuth | undefined,
  ): Promise<void> {
    if (this.#draining) throw unavailable('The server is shutting down.');
    const session = this.#host.sessions.open(auth);
    const letGo = session.hold();
    const connection = new StreamableHttpConnection(this.#settings, session);
    this.#connections.set(session, connection);
    session.whenClosed(() => {
      this.#connections.delete(session);
      void connection.close();
    });
    try {
      await this.#host.connect(connection, session);
      if (http.res.destroyed) throw new RequestAborted();
      connection.accept(http, posted, { auth, headers: { 'Mcp-Session-Id': session.id } });
    } catch (error) {
      session.close();
      throw error;
    } finally {
      letGo();
    }
  }

  /** Without sessions every POST has a connection of its own; what asks for no answer would reach nobody in it. */
  async #serveOnce(
    http: NodeExchange,
    posted: PostedMessages,
    auth: McpAuth | undefined,
    protocolVersion?: string,
  ): Promise<void> {
    if (this.#draining) throw unavailable('The server is shutting down.');
    if (!posted.messages.some(isRequest)) {
      answerEmpty(http.res, 202);
      return;
    }
    const connection = new StreamableHttpConnection(this.#settings);
    try {
      await this.#host.connect(connection);
      if (http.res.destroyed) throw new RequestAborted();
      connection.accept(http, posted, { auth, protocolVersion });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** GET and DELETE belong to sessions. Throws `HttpRefusal` (405). */
  #assertSessions({ req }: NodeExchange): void {
    const isModern = isModernVersion(req.headers['mcp-protocol-version'] as string | undefined);
    if (this.#stateless || !this.#legacy || (this.#modern && isModern)) {
      throw methodNotAllowed('POST');
    }
  }

  #connectionOf(http: NodeExchange, auth: McpAuth | undefined): StreamableHttpConnection {
    const id = http.req.headers['mcp-session-id'];
    if (typeof id !== 'string' || id === '') throw sessionRequired();
    const session = this.#host.sessions.find(id, auth);
    const connection = session === undefined ? undefined : this.#connections.get(session);
    if (connection === undefined) throw sessionNotFound();
    return connection;
  }
}

function isInitialize(message: Message): boolean {
  return isRequest(message) && message.method === 'initialize';
}

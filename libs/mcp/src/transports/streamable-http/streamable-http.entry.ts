import type { McpAuth } from '../../sessions/mcp-auth.js';
import { assertAcceptsBoth, assertAcceptsJson, assertAcceptsStream } from '../http/accept.js';
import { answerErrors } from '../http/answer-errors.js';
import { assertAdmitted } from '../http/assert-admitted.js';
import {
  answerEmpty,
  invalidRequest,
  methodNotAllowed,
  sessionNotFound,
  sessionRequired,
  shuttingDown,
} from '../http/http-refusal.js';
import { toNodeExchange, type NodeExchange } from '../../platform/node-exchange.js';
import { OpenResponses } from '../http/open-responses.js';
import { protocolVersionOf } from '../http/protocol-version-header.js';
import { assertBatchable, readMessages, type PostedMessages } from '../http/read-messages.js';
import { RequestAborted } from '../http/request-body.js';
import { isRequest, type Message } from '../../protocol/json-rpc.js';
import { isModernVersion } from '../../protocol/era.js';
import type { TransportEntry, TransportHost } from '../mcp.transport.js';
import { EventLog } from './event-log.js';
import { acceptPost } from './accept-post.js';
import { ModernEntry } from './modern.entry.js';
import { StandalonePosts } from './post-host.js';
import type { StreamableHttpShared } from './streamable-http-session.js';
import { StreamableHttpSessions } from './streamable-http-sessions.js';
import type { StreamableHttpSettings } from './streamable-http.options.js';

const STATEFUL_VERBS = 'GET, POST, DELETE';

/** Streamable HTTP in one application: finds the session of a request, and passes it the request's content. */
export class StreamableHttpEntry implements TransportEntry {
  private readonly host: TransportHost;
  private readonly stateless: boolean;
  private readonly shared: StreamableHttpShared;
  /** Takes the place of the session for legacy POSTs without one. */
  private readonly posts: StandalonePosts;
  private readonly sessions: StreamableHttpSessions;
  private readonly modern: ModernEntry | undefined;
  private readonly legacy: boolean;
  private draining = false;

  constructor(host: TransportHost, settings: StreamableHttpSettings) {
    this.host = host;
    this.stateless = settings.stateless;
    const { responseMode: mode } = settings;
    const open = new OpenResponses(settings.keepAlive, host.unsent);
    this.shared = { host, mode, open, log: new EventLog(host) };
    this.sessions = new StreamableHttpSessions(this.shared);
    this.posts = new StandalonePosts('legacy', mode, open, host.limits.queue);
    this.legacy = settings.eras.includes('legacy');
    if (settings.eras.includes('modern')) {
      this.modern = new ModernEntry({ host, legacy: this.legacy, mode, open });
    }
  }

  /** Serves a POST. Returns at once; the response is sent when it is ready. */
  post(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.host.logger, () => this.takePost(http));
  }

  /** Serves a GET (and the HEAD that routers derive from it). */
  get(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.host.logger, () => this.takeGet(http));
  }

  /** Serves a DELETE. */
  delete(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.host.logger, async () => {
      this.assertSessions(http);
      protocolVersionOf(http.req);
      await this.sessions.end(await this.sessions.of(http, this.host.authOf(request)));
      answerEmpty(http.res, 200);
    });
  }

  drain(): void {
    this.draining = true;
    if (this.modern) this.modern.draining = true;
  }

  async close(): Promise<void> {
    this.draining = true;
    const ended = this.shared.open.close();
    this.sessions.leave();
    this.shared.log.stop();
    await ended;
  }

  private async takeGet(http: NodeExchange): Promise<void> {
    this.assertSessions(http);
    if (http.req.method === 'HEAD') throw methodNotAllowed(STATEFUL_VERBS);
    assertAcceptsStream(http.req);
    protocolVersionOf(http.req);
    const auth = this.host.authOf(http.request);
    const session = await this.sessions.of(http, auth);
    await session.listen(http, auth);
  }

  private async takePost(http: NodeExchange): Promise<void> {
    if (this.shared.mode === 'json') assertAcceptsJson(http.req);
    else assertAcceptsBoth(http.req);
    const auth = this.host.authOf(http.request);
    const named = http.req.headers['mcp-session-id'] !== undefined && !this.stateless;
    const modern = this.modern;
    // The modern era ignores session ids, and the era may only be known from the body.
    const early = named && !modern ? await this.sessions.of(http, auth) : undefined;
    const posted = await readMessages(http, this.host);
    if (http.res.destroyed) throw new RequestAborted();
    const body = posted.batch ? posted.messages : (posted.messages[0] as Message);
    const served = modern?.take(http, body, auth);
    if (served) return served;
    const own = named ? (early ?? (await this.sessions.of(http, auth))) : undefined;
    if (posted.messages.some(isInitialize)) {
      if (posted.batch) throw invalidRequest('initialize must not be part of a batch');
      if (own !== undefined) throw invalidRequest('Server already initialized');
      if (this.stateless) this.serveOnce(http, posted, auth);
      else await this.openSession(http, posted, auth);
      return;
    }
    const protocolVersion = protocolVersionOf(http.req);
    assertBatchable(posted, own?.session.protocolVersion ?? protocolVersion);
    const asked = assertAdmitted(this.host.preflight, http, posted, {
      era: 'legacy',
      auth,
      session: own?.session,
      protocolVersion,
    });
    if (asked) await asked;
    if (http.res.destroyed) throw new RequestAborted();
    if (own !== undefined) {
      // The session may have ended while the body was arriving.
      if (own.session.closed) throw sessionNotFound();
      // Answers and notifications for the calls in flight still arrive.
      if (this.draining && posted.messages.some(isRequest)) throw shuttingDown();
      own.accept(http, posted, auth);
    } else if (this.stateless) {
      this.serveOnce(http, posted, auth, protocolVersion);
    } else {
      throw sessionRequired();
    }
  }

  private async openSession(
    http: NodeExchange,
    posted: PostedMessages,
    auth: McpAuth | undefined,
  ): Promise<void> {
    // A streamed answer begins with headers, which can name the session only after the handshake.
    await this.host.prepare();
    if (this.draining) throw shuttingDown();
    const own = await this.sessions.open(auth);
    const { session } = own;
    try {
      if (http.res.destroyed) throw new RequestAborted();
      if (session.closed) throw shuttingDown();
      // After a refused handshake there is no session for the header.
      own.accept(
        http,
        posted,
        auth,
        () => session.record.initialize && { 'Mcp-Session-Id': session.id },
      );
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Serves a POST without a session. A POST without requests has no effect. */
  private serveOnce(
    http: NodeExchange,
    posted: PostedMessages,
    auth: McpAuth | undefined,
    protocolVersion?: string,
  ): void {
    if (this.draining) throw shuttingDown();
    if (!posted.messages.some(isRequest)) {
      answerEmpty(http.res, 202);
      return;
    }
    acceptPost(http, posted, { server: this.host, host: this.posts, auth, protocolVersion });
  }

  /** Throws `HttpRefusal` (405) without sessions, because GET and DELETE require them. */
  private assertSessions({ req }: NodeExchange): void {
    const isModern = isModernVersion(req.headers['mcp-protocol-version'] as string | undefined);
    if (this.stateless || !this.legacy || (this.modern && isModern)) {
      throw methodNotAllowed('POST');
    }
  }
}

function isInitialize(message: Message): boolean {
  return isRequest(message) && message.method === 'initialize';
}

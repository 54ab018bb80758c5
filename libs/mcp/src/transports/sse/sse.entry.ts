import type { ServerResponse } from 'node:http';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.manager.js';
import { isRequest } from '../../protocol/json-rpc.js';
import { answerErrors } from '../http/answer-errors.js';
import { assertOwnerRoom } from '../http/assert-owner-room.js';
import { assertRoom } from '../http/assert-room.js';
import { reportRefused } from '../http/report-refused.js';
import { HttpOrigin } from '../http/http-origin.js';
import {
  HttpRefusal,
  invalidRequest,
  LegacyCode,
  methodNotAllowed,
  sessionNotFound,
  shuttingDown,
} from '../http/http-refusal.js';
import { originalUrl, toNodeExchange, type NodeExchange } from '../../platform/node-exchange.js';
import { OpenResponses } from '../http/open-responses.js';
import { readMessages } from '../http/read-messages.js';
import { SseStream } from '../http/sse-stream.js';
import type { TransportEntry, TransportHost } from '../mcp.transport.js';
import { toEndpoint, type SsePaths } from './endpoint.js';
import { takeRemoteCalls } from './remote-calls.js';
import { RemoteConnection } from './remote-connection.js';
import { SseConnection } from './sse-connection.js';
import type { SseSettings } from './sse.options.js';

/** HTTP+SSE in one application: each GET opens a session, and the client sends its messages by POST. */
export class SseEntry implements TransportEntry {
  private readonly host: TransportHost;
  private readonly settings: SseSettings;
  private readonly responses: OpenResponses;
  private readonly connections = new Map<Session, SseConnection>();
  /** Clients whose streams are in other processes. */
  private readonly remote = new WeakMap<Session, RemoteConnection>();
  private draining = false;

  constructor(host: TransportHost, settings: SseSettings) {
    this.host = host;
    this.settings = settings;
    this.responses = new OpenResponses(settings.keepAlive, host.unsent);
    const { sharer } = host.sessions;
    if (!sharer) return;
    const find = (id: unknown): SseConnection | undefined => {
      const session = typeof id === 'string' ? host.sessions.get(id) : undefined;
      return session && this.connections.get(session);
    };
    takeRemoteCalls(sharer.link, () => this.connections.values(), find);
  }

  /** Opens the stream of a GET; returns at once. */
  stream(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.host.logger, () => this.openStream(http));
  }

  /** Takes the POST of a message; returns at once. */
  post(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.host.logger, () => this.takePost(http));
  }

  /**
   * Refuses a POST on the stream's own path. It comes from a client that tries Streamable HTTP first, which falls back
   * only on certain statuses.
   */
  refusePost(request: object, response: object): void {
    const http = toNodeExchange(request, response);
    answerErrors(http, this.host.logger, () => Promise.reject(methodNotAllowed('GET')));
  }

  drain(): void {
    this.draining = true;
  }

  async close(): Promise<void> {
    this.draining = true;
    const ended = this.responses.close();
    for (const session of this.connections.keys()) session.close();
    await ended;
  }

  private async openStream(http: NodeExchange): Promise<void> {
    if (http.req.method === 'HEAD') throw methodNotAllowed('GET');
    if (this.draining) throw shuttingDown();
    const auth = this.host.authOf(http.request);
    const session = this.host.sessions.open(auth);
    session.hold();
    session.listener = { auth, request: http.request };
    const { sharer } = this.host.sessions;
    if (sharer) {
      await sharer.publish(session, 'sse', sharer.link.process);
      if (session.closed) throw shuttingDown();
    }
    const endpoint = toEndpoint(originalUrl(http.request), this.paths(), this.host.publicPath);
    const { queue } = this.host.limits;
    const stream = new SseStream(http.res, {
      open: this.responses,
      queue,
      expiresAt: auth?.expiresAt,
    });
    const connection = new SseConnection(session, stream, this.host.unsent);
    this.connections.set(session, connection);
    session.whenClosed(() => this.connections.delete(session));
    connection.open(`${endpoint}?sessionId=${session.id}`);
    if (http.res.destroyed) session.close();
  }

  private paths(): SsePaths {
    const { path, messagesPath } = this.settings;
    const streams = this.host.fullPaths?.('GET', path) ?? [];
    const messages = this.host.fullPaths?.('POST', messagesPath) ?? [];
    const served = streams.map((stream, i) => [stream, messages[i] ?? stream] as const);
    return { path, messagesPath, served };
  }

  /** The connection to a client whose stream is in another process, while that process is alive. */
  private async elsewhere(
    found: Session | undefined,
    id: string,
    auth: McpAuth | undefined,
  ): Promise<RemoteConnection | undefined> {
    const { sharer } = this.host.sessions;
    if (!sharer) return undefined;
    const session = found ?? (await sharer.adopt(id, auth, 'sse'));
    const { home } = session?.record ?? {};
    if (!session || home === undefined || home === sharer.link.process) return undefined;
    const known = this.remote.get(session);
    if (known) return known;
    if (!(await sharer.link.run((link) => link.isAlive(home)))) {
      session.leave();
      return undefined;
    }
    const remote = this.remote.get(session) ?? new RemoteConnection(session, home, sharer.link);
    this.remote.set(session, remote);
    return remote;
  }

  private async takePost(http: NodeExchange): Promise<void> {
    const auth = this.host.authOf(http.request);
    const [, query] = originalUrl(http.request).split('?', 2);
    const id = new URLSearchParams(query).get('sessionId');
    if (id === null || id === '') {
      throw new HttpRefusal(400, LegacyCode.refused, 'Bad Request: sessionId is required');
    }
    const session = this.host.sessions.find(id, auth);
    const connection =
      (session && this.connections.get(session)) ?? (await this.elsewhere(session, id, auth));
    if (connection === undefined) throw sessionNotFound();
    const { messages, batch } = await readMessages(http, this.host);
    if (batch) throw invalidRequest('HTTP+SSE has no batches');
    if (connection.session.closed) throw sessionNotFound();
    const { session: its } = connection;
    const details = { over: 'sse', era: 'legacy', auth, session: its } as const;
    for (const message of messages) {
      if (isRequest(message)) {
        // Answers and notifications for the calls in flight still arrive.
        if (this.draining) throw shuttingDown();
        try {
          assertRoom(its, [message.id], this.host.limits.concurrency);
          assertOwnerRoom(this.host.owners.calls, http.request, auth, [message.id]);
        } catch (error) {
          throw reportRefused(error, this.host, http, [message], details);
        }
        if (connection instanceof RemoteConnection) connection.began(message.id);
      }
      const origin = new HttpOrigin(http, details);
      this.host.receive(message, origin, connection);
      // By then a quick call has written its answer: two writes in a row wake the client once, which halves their cost.
      setImmediate(accept, http.res);
    }
  }
}

const ACCEPTED = 'Accepted';
const ACCEPTED_HEADERS = { 'Content-Type': 'text/plain', 'Content-Length': ACCEPTED.length };

function accept(res: ServerResponse): void {
  res.writeHead(202, ACCEPTED_HEADERS).end(ACCEPTED);
}

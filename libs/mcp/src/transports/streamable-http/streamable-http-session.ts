import { randomInt } from 'node:crypto';
import type { NodeExchange } from '../../platform/node-exchange.js';
import {
  isRequest,
  type Message,
  type MessageId,
  type RequestMessage,
} from '../../protocol/json-rpc.js';
import { POLLING_VERSION } from '../../protocol/protocol-version.js';
import { toStreamId } from '../../sessions/event.store.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.js';
import { LegacyCode, unknownEvent } from '../http/http-refusal.js';
import type { OpenResponses } from '../http/open-responses.js';
import type { PostedMessages } from '../http/read-messages.js';
import type { TransportHost } from '../mcp.transport.js';
import { acceptPost } from './accept-post.js';
import { CallerPosts, type SharedPosts } from './caller-posts.js';
import type { EventLog } from './event-log.js';
import { EventStream } from './event-stream.js';
import type { AnswerHeaders } from './post-exchange.js';
import { UNREACHABLE, type OpenPost, type ResponseMode } from './post-host.js';
import { SharedStreams } from './shared-streams.js';
import { openSse, StandaloneStream } from './standalone-stream.js';
import { StreamCallers } from './stream-callers.js';

/** Settings that all sessions of one transport share. */
export interface StreamableHttpShared {
  readonly host: TransportHost;
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
  readonly log: EventLog;
}

/** The streams of one session over Streamable HTTP: one for each POST that needs one, and one that belongs to no call. */
export class StreamableHttpSession implements SharedPosts {
  readonly era = 'legacy';
  private readonly posts = new Set<OpenPost>();
  private streams: Map<string, EventStream> | undefined;
  private standalone: StandaloneStream | undefined;
  /** The ordinal of the last stream. Other processes open streams of the same session from other starting numbers. */
  private lastStream: number;
  private readonly elsewhere: SharedStreams | undefined;
  private readonly callers: StreamCallers;

  constructor(
    private readonly shared: StreamableHttpShared,
    readonly session: Session,
  ) {
    this.callers = new StreamCallers((auth, scopes) => shared.host.holds(auth, scopes));
    this.lastStream = shared.log.shared ? randomInt(2 ** 31) * 2 ** 20 : 0;
    const { sharer } = shared.host.sessions;
    this.elsewhere = sharer && new SharedStreams(session, sharer, shared.log.shared);
    session.outlet = (message) => this.pushUnrelated(message);
    session.whenClosed(() => this.close());
  }

  get mode(): ResponseMode {
    return this.shared.mode;
  }

  get open(): OpenResponses {
    return this.shared.open;
  }

  get log(): EventLog {
    return this.shared.log;
  }

  get queue(): number {
    return this.shared.host.limits.queue;
  }

  get primes(): boolean {
    return (this.session.protocolVersion ?? '') >= POLLING_VERSION;
  }

  /** Accepts the messages of a POST. Throws `HttpRefusal` (400, 429). */
  accept(
    http: NodeExchange,
    posted: PostedMessages,
    auth: McpAuth | undefined,
    headers?: AnswerHeaders,
  ): void {
    const { session } = this;
    const host = new CallerPosts(this, auth);
    acceptPost(http, posted, { server: this.shared.host, host, session, auth, headers });
  }

  /** Opens the stream of a GET, from the last event id if the request has one. Throws `HttpRefusal` (400, 409). */
  async listen(http: NodeExchange, auth: McpAuth | undefined): Promise<void> {
    const { session, open } = this;
    const lastEventId = http.req.headers['last-event-id'];
    const isBack = typeof lastEventId === 'string' && lastEventId !== '';
    if (isBack && (await this.resumeElsewhere(http, auth, lastEventId))) return;
    // Messages that were stored for a caller with other scopes do not belong on a new stream.
    if (!isBack && this.standalone?.retireFor(auth) === true) this.standalone = undefined;
    if (!isBack && this.standalone?.isAttached !== true) await this.elsewhere?.claim();
    this.standalone ??= this.createStandalone(auth);
    await this.standalone.open(http, {
      session,
      auth,
      open,
      queue: this.queue,
      primes: this.primes,
      lastEventId: isBack ? lastEventId : undefined,
      streams: this.streams,
    });
  }

  createStreamOf(auth: McpAuth | undefined, ids: readonly MessageId[]): EventStream {
    const id = toStreamId(this.session.id, ++this.lastStream);
    const scopes = auth?.scopes ?? [];
    this.callers.opened(this.lastStream, scopes);
    this.log.shared?.opened(id, scopes, ids);
    const stream = new EventStream(id, this.open.unsent, this.log);
    (this.streams ??= new Map()).set(id, stream);
    return stream;
  }

  began(post: OpenPost): void {
    this.posts.add(post);
  }

  finished(post: OpenPost): void {
    this.posts.delete(post);
    this.log.returned(post);
    const { stream } = post;
    if (stream !== undefined && this.streams?.delete(stream.id) === true) {
      this.log.answered(stream.id);
    }
    post.letGo?.();
    // The handshake was refused.
    if (this.session.record.initialize === undefined) this.session.close();
  }

  /** Called when the client has resumed a stream at another process. */
  resumedElsewhere(streamId: string): void {
    if (this.standalone?.id === streamId) {
      this.standalone.cut();
      this.standalone = undefined;
      return;
    }
    const post = this.postOf(streamId);
    if (!post) return;
    this.log.returned(post);
    post.stream?.cut();
  }

  /** Called when the connection in that other process is lost. */
  lostElsewhere(streamId: string): void {
    const post = this.postOf(streamId);
    if (post?.stream?.isAttached === false) this.log.left(post);
  }

  async pushUnrelated(message: Message): Promise<void> {
    if (this.standalone?.isAttached === true) return this.standalone.send(message);
    if (isRequest(message) && (await this.elsewhere?.ask(message))) return;
    if (this.standalone?.isReachable === true) return this.standalone.send(message);
    if (isRequest(message)) throw new Error(UNREACHABLE);
  }

  /** Sends a request of another process to the client. */
  askFor(message: RequestMessage, process: string): void {
    const sent = this.standalone?.isReachable === true && this.standalone.send(message);
    if (!sent) void this.elsewhere?.refuse(message, process);
    else sent.catch(() => undefined);
  }

  private postOf(streamId: string): OpenPost | undefined {
    return [...this.posts].find(({ stream }) => stream?.id === streamId);
  }

  /** Serves a client that resumes the call of another process. `false`: this process carries the stream. */
  private async resumeElsewhere(
    http: NodeExchange,
    auth: McpAuth | undefined,
    lastEventId: string,
  ): Promise<boolean> {
    const { session, elsewhere, open, queue } = this;
    const found = await elsewhere?.find(lastEventId);
    if (!elsewhere || !found) return false;
    if (this.standalone?.id === found.id || this.streams?.has(found.id) === true) return false;
    const isNoCalls = found.opened.ids === undefined;
    const isRetired = isNoCalls && found.isOver;
    if (isRetired || !this.callers.covers(auth, found.opened.scopes)) throw unknownEvent();
    if (session.closed || http.res.destroyed) return true;
    if (isNoCalls) {
      await elsewhere.takeOver(found);
      this.standalone = this.standaloneOf(found.id, auth);
      return false;
    }
    const sse = openSse(http, { session, auth, open, queue });
    await elsewhere.follow(found, sse).catch(this.log.onerror);
    return true;
  }

  private createStandalone(auth: McpAuth | undefined): StandaloneStream {
    const ordinal = ++this.lastStream;
    this.callers.opened(ordinal, undefined);
    const id = toStreamId(this.session.id, ordinal);
    return this.standaloneOf(id, auth);
  }

  private standaloneOf(id: string, auth: McpAuth | undefined): StandaloneStream {
    const stream = new StandaloneStream(id, this.open.unsent, this.log, this.callers, auth);
    stream.onlost = () => this.elsewhere?.release();
    return stream;
  }

  private close(): void {
    for (const post of this.posts) {
      post.abandon(404, LegacyCode.sessionNotFound, 'Session closed');
    }
    for (const stream of this.streams?.values() ?? []) stream.cut();
    if (this.standalone?.isAttached === true) this.elsewhere?.release();
    this.standalone?.cut();
    if (!this.session.left) this.log.forgetSession(this.session.id);
  }
}

import type { NodeExchange } from '../../platform/node-exchange.js';
import { classify, modernOnly, type Refusal } from '../../protocol/era.js';
import { idOf, type Message, type RequestMessage } from '../../protocol/json-rpc.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import { assertAcceptsStream } from '../http/accept.js';
import { assertAdmitted } from '../http/assert-admitted.js';
import { answerEmpty, HttpRefusal, shuttingDown } from '../http/http-refusal.js';
import type { OpenResponses } from '../http/open-responses.js';
import { reportRefused } from '../http/report-refused.js';
import { RequestAborted } from '../http/request-body.js';
import type { TransportHost } from '../mcp.transport.js';
import { acceptPost } from './accept-post.js';
import { refuseHeaders } from './modern-headers.js';
import { StandalonePosts, type ResponseMode } from './post-host.js';

/** Settings of the modern era on a path that both eras share. */
export interface ModernEntrySettings {
  readonly host: TransportHost;
  /** Whether legacy revisions are served too. */
  readonly legacy: boolean;
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
}

/** Serves the POSTs of the modern era on a path that both eras share. */
export class ModernEntry {
  draining = false;
  private readonly posts: StandalonePosts;
  private readonly subscriptions: StandalonePosts;

  constructor(private readonly settings: ModernEntrySettings) {
    const { mode, open, host } = settings;
    this.posts = new StandalonePosts('modern', mode, open, host.limits.queue);
    this.subscriptions = new StandalonePosts('modern', 'auto', open, host.limits.queue);
  }

  /**
   * Serves the POST if it belongs to the modern era; `undefined` if it is a legacy one. Throws `HttpRefusal`, also for a
   * legacy POST if legacy revisions are not served.
   */
  take(
    http: NodeExchange,
    body: Message | readonly Message[],
    auth: McpAuth | undefined,
  ): Promise<void> | undefined {
    const { headers } = http.req;
    const version = headers['mcp-protocol-version'] as string | undefined;
    const found = classify(body, { version, method: headers['mcp-method'] as string | undefined });
    if (found.era === 'legacy') {
      if (this.settings.legacy) return undefined;
      if (!isNotification(body)) {
        throw this.refusalOf(http, body, modernOnly(body, version), auth, version);
      }
      return accept(http);
    }
    if (this.draining) throw shuttingDown();
    if ('refusal' in found) throw this.refusalOf(http, body, found.refusal, auth, version);
    if (!('revision' in found)) return accept(http);
    return this.serve(http, body as RequestMessage, found.revision, auth);
  }

  private async serve(
    http: NodeExchange,
    message: RequestMessage,
    protocolVersion: string,
    auth: McpAuth | undefined,
  ): Promise<void> {
    const { host } = this.settings;
    const listens = message.method === 'subscriptions/listen';
    if (listens) assertAcceptsStream(http.req);
    const refusal = refuseHeaders(message, http.req.headers, (tool) => host.headersOf(tool));
    if (refusal) throw this.refusalOf(http, message, refusal, auth, protocolVersion);
    const posted = { messages: [message], batch: false };
    const by = { era: 'modern', auth, protocolVersion } as const;
    const asked = assertAdmitted(host.preflight, http, posted, by);
    if (asked) await asked;
    if (http.res.destroyed) throw new RequestAborted();
    acceptPost(http, posted, {
      server: host,
      // Subscriptions are always answered with a stream, whatever the response mode of calls.
      host: listens ? this.subscriptions : this.posts,
      auth,
      protocolVersion,
      ...(listens && { tally: host.owners.subscriptions }),
    });
  }

  /** The refusal of a request that breaks the rules of the era, after the observers have heard of it. */
  private refusalOf(
    http: NodeExchange,
    body: Message | readonly Message[],
    { status, code, message, data }: Refusal,
    auth: McpAuth | undefined,
    protocolVersion: string | undefined,
  ): unknown {
    const refusal = new HttpRefusal(status, code, message, {}, idOf(body), data);
    const messages = Array.isArray(body) ? (body as readonly Message[]) : [body as Message];
    const details = { over: 'streamable-http', era: 'modern', auth, protocolVersion } as const;
    return reportRefused(refusal, this.settings.host, http, messages, details);
  }
}

/** A notification has no answer. */
async function accept({ res }: NodeExchange): Promise<void> {
  answerEmpty(res, 202);
}

function isNotification(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'method' in body && !('id' in body);
}

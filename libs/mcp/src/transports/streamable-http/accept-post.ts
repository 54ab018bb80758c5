import type { NodeExchange } from '../../platform/node-exchange.js';
import { isRequest, type MessageId } from '../../protocol/json-rpc.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.js';
import type { OwnerTally } from '../../sessions/owner-tally.js';
import { assertOwnerRoom } from '../http/assert-owner-room.js';
import { assertRoom } from '../http/assert-room.js';
import { HttpOrigin } from '../http/http-origin.js';
import { answerEmpty } from '../http/http-refusal.js';
import { reportRefused } from '../http/report-refused.js';
import type { PostedMessages } from '../http/read-messages.js';
import type { TransportHost } from '../mcp.transport.js';
import { PostExchange, type AnswerHeaders } from './post-exchange.js';
import type { PostHost } from './post-host.js';

/** The engine's view of a POST: its destination, its caller, and the details of its answer. */
export interface PostTarget {
  readonly server: TransportHost;
  readonly host: PostHost;
  readonly auth: McpAuth | undefined;
  readonly session?: Session | undefined;
  /** The revision of a POST without a session. */
  readonly protocolVersion?: string | undefined;
  readonly headers?: AnswerHeaders;
  /** The counter for the requests. Default: calls in flight. */
  readonly tally?: OwnerTally;
}

/**
 * Passes the messages of a POST to the engine, and sends the response when the engine has answered. Throws
 * `HttpRefusal` (400, 429).
 */
export function acceptPost(
  http: NodeExchange,
  { messages, batch }: PostedMessages,
  target: PostTarget,
): void {
  const { server, host, auth, session, protocolVersion, headers } = target;
  const ids: MessageId[] = [];
  for (const message of messages) if (isRequest(message)) ids.push(message.id);
  const details = { over: 'streamable-http', era: host.era, auth, session, protocolVersion };
  if (ids.length > 0) {
    try {
      assertRoom(session, ids, server.limits.concurrency);
      assertOwnerRoom(target.tally ?? server.owners.calls, http.request, auth, ids);
    } catch (error) {
      throw reportRefused(error, server, http, messages, details);
    }
  }
  const exchange =
    ids.length > 0
      ? new PostExchange(host, http.res, ids, { batch, headers, expiresAt: auth?.expiresAt })
      : undefined;
  if (exchange) {
    exchange.letGo = session?.hold();
    host.began(exchange);
  } else {
    answerEmpty(http.res, 202);
  }
  const closable = host.primes && host.mode !== 'json' ? exchange : undefined;
  const origin = new HttpOrigin(http, details, closable);
  for (const message of messages) {
    const call = server.receive(message, origin, exchange ?? noReply);
    exchange?.carry(call);
  }
  exchange?.begin();
}

/** Notifications and answers get no reply. */
const noReply = {
  send: () => undefined,
  answer: () => undefined,
};

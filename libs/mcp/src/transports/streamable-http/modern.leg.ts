import type { McpAuth } from '../../sessions/mcp-auth.js';
import { assertAcceptsStream } from '../http/accept.js';
import type { OwnerTallies } from '../../sessions/owner.tally.js';
import { assertOwnerRoom } from '../http/assert-owner-room.js';
import { assertAdmitted } from '../http/assert-admitted.js';
import {
  answerEmpty,
  HttpRefusal,
  refuse as refuseHttp,
  unavailable,
} from '../http/http-refusal.js';
import { HttpOrigin } from '../http/http-origin.js';
import type { NodeExchange } from '../../platform/node-exchange.js';
import type { OpenResponses } from '../http/open-responses.js';
import { RequestAborted } from '../http/request-body.js';
import { idOf, type Message, type RequestMessage } from '../../protocol/json-rpc.js';
import type { ModernDoor, ModernRequest, Preflight } from '../mcp.transport.js';
import { classify, modernOnly, type Refusal } from '../../protocol/era.js';
import { ModernPost } from './modern.exchange.js';
import { refuseHeaders } from './modern.headers.js';
import type { ResponseMode } from './post.exchange.js';

/** What the modern leg of one way in needs. */
export interface ModernLegSettings {
  readonly door: ModernDoor;
  readonly owners: OwnerTallies;
  readonly preflight?: Preflight | undefined;
  /** Legacy revisions are served too. */
  readonly legacy: boolean;
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
  readonly queue: number;
}

/** The POSTs of the modern era on the path that both eras share. */
export class ModernLeg {
  draining = false;

  constructor(private readonly settings: ModernLegSettings) {}

  /** Serves the POST if it is one of the modern era, or refuses it if nothing else is served. `false`: it is a legacy one. */
  async take(
    http: NodeExchange,
    body: Message | readonly Message[],
    auth: McpAuth | undefined,
  ): Promise<boolean> {
    const { headers } = http.req;
    const version = headers['mcp-protocol-version'] as string | undefined;
    const found = classify(body, { version, method: headers['mcp-method'] as string | undefined });
    if (found.era === 'legacy') {
      if (this.settings.legacy) return false;
      if (isNotification(body)) answerEmpty(http.res, 202);
      else refuse(http, body, modernOnly(body, version));
      return true;
    }
    if (this.draining) throw unavailable('The server is shutting down.');
    if ('refusal' in found) refuse(http, body, found.refusal);
    else if ('revision' in found) {
      const { revision } = found;
      await this.#serve(http, { message: body as RequestMessage, revision }, auth);
    } else answerEmpty(http.res, 202);
    return true;
  }

  async #serve(
    http: NodeExchange,
    request: ModernRequest,
    auth: McpAuth | undefined,
  ): Promise<void> {
    const { door, owners, preflight, mode, open, queue } = this.settings;
    const { message } = request;
    const listens = message.method === 'subscriptions/listen';
    if (listens) assertAcceptsStream(http.req);
    const refusal = refuseHeaders(message, http.req.headers, (tool) => door.headersOf(tool));
    if (refusal) {
      refuse(http, message, refusal);
      return;
    }
    await assertAdmitted(preflight, http, { messages: [message], batch: false }, auth);
    if (http.res.destroyed) throw new RequestAborted();
    const tally = listens ? owners.subscriptions : owners.calls;
    assertOwnerRoom(tally, http.request, auth, [request.message.id]);
    const post = new ModernPost(http.res, {
      // A stream of changes is one, however calls are answered.
      mode: listens ? 'auto' : mode,
      open,
      queue,
      expiresAt: listens ? auth?.expiresAt : undefined,
    });
    post.exchange = door.serve(request, new HttpOrigin(http, auth, request.revision), post);
  }
}

function isNotification(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'method' in body && !('id' in body);
}

function refuse({ res }: NodeExchange, body: unknown, refusal: Refusal): void {
  const { status, code, message, data } = refusal;
  refuseHttp(res, new HttpRefusal(status, code, message, {}, idOf(body), data));
}

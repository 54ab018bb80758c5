import { createProbe } from '../../access/access-probe.js';
import type {
  McpCall,
  McpClientInfo,
  McpSessionRef,
  McpSubscriptions,
} from '../../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import type { MessageId } from '../../protocol/json-rpc.js';
import { lowerScheme } from '../../protocol/uri-scheme.js';
import type { Session } from '../../sessions/session.js';
import type { Call } from '../call.js';
import type { EngineSettings } from '../engine-settings.js';
import { isKnown } from '../known-resource.js';
import { LateSdkServer } from './late-sdk-server.js';

type Params = Readonly<Record<string, unknown>>;

/** The most bytes that the URIs of one session's subscriptions may take: 256 for each, at the default limit. */
const MOST_URI_BYTES = 256 * 1024;

/** The client of one legacy session, in this process. Its shared state is in the session's record. */
export class LegacyPeer {
  readonly sessionRef: McpSessionRef;
  /** The SDK's server for this client. */
  readonly sdk: LateSdkServer;
  /** The caller that subscribed last. It stands for the call itself, whose parameters may be large. */
  private subscriber: McpCall | undefined;
  private known: { by: Params; client: McpClientInfo } | undefined;

  constructor(
    readonly session: Session,
    private readonly settings: EngineSettings,
  ) {
    this.sessionRef = { id: session.id };
    this.sdk = new LateSdkServer(settings, session);
  }

  /** The client's self-reported name, version and capabilities. Not verified. */
  get client(): McpClientInfo | undefined {
    const { initialize } = this.session.record;
    if (initialize && this.known?.by !== initialize) {
      const { clientInfo, capabilities } = initialize as Record<string, object>;
      const client = { ...clientInfo, capabilities: capabilities ?? {} } as McpClientInfo;
      this.known = { by: initialize, client };
    }
    return this.known?.client;
  }

  /**
   * Sends a request to the client on the stream of that call. Resolves with the client's result. `sent` receives the id
   * of the request.
   */
  ask(
    method: string,
    params: Params,
    call: Call,
    sent: (id: MessageId) => void,
  ): Promise<Record<string, unknown>> {
    return this.sdk.ask(method, params, call, sent);
  }

  /** Called when the session has ended. Rejects all pending questions. */
  close(): void {
    this.sdk.close();
  }

  /** Sends a notification that belongs to no call. Never rejects. */
  async notify(method: string, params?: Record<string, unknown>): Promise<void> {
    if (this.session.protocolVersion === undefined) return;
    const message = { jsonrpc: '2.0' as const, method, ...(params && { params }) };
    await this.session.outlet(message).catch(() => undefined);
  }

  /**
   * Notifies the client of a changed resource, if it has subscribed to it and the caller of the current stream may see
   * it. `key` is the URI with its scheme in lower case; the client gets the URI to which it has subscribed.
   */
  async resourceUpdated(key: string): Promise<void> {
    const { session } = this;
    const uri = session.record.subscriptions?.get(key);
    if (uri === undefined) return;
    const { listener } = session;
    const asking = this.subscriber ?? (listener && this.askerOf(listener));
    if (!asking || !(await isKnown(uri, asking, this.settings, listener))) return;
    // Another caller may have opened the stream meanwhile.
    if (session.listener !== listener) return this.resourceUpdated(key);
    await this.notify('notifications/resources/updated', { uri });
  }

  /** The client, in checks of what it may see. */
  private askerOf({ auth, request }: Pick<McpCall, 'auth' | 'request'>): McpCall {
    const { client, sessionRef: session } = this;
    const { protocolVersion } = this.session;
    const probe = createProbe({ era: 'legacy', protocolVersion, auth, request });
    return { ...probe, session, ...(client && { client }) };
  }

  /** Changes the subscriptions of the session on behalf of a call. */
  subscriptionsOf(call: McpCall): McpSubscriptions {
    const { session } = this;
    return {
      add: (uri) => {
        this.assertRoomFor(uri);
        this.subscriber = this.askerOf(call);
        return session.change({ subscribe: uri });
      },
      delete: (uri) => session.change({ unsubscribe: uri }),
    };
  }

  private assertRoomFor(uri: string): void {
    const { subscriptions } = this.session.record;
    if (subscriptions?.has(lowerScheme(uri)) === true) return;
    const max = this.settings.limits.subscriptions;
    if ((subscriptions?.size ?? 0) >= max) throw tooMany(`at most ${max} per session`);
    let bytes = Buffer.byteLength(uri);
    for (const one of subscriptions?.values() ?? []) bytes += Buffer.byteLength(one);
    if (bytes > MOST_URI_BYTES) {
      throw tooMany(`their URIs take more than ${MOST_URI_BYTES} bytes`);
    }
  }
}

function tooMany(why: string): ProtocolError {
  return new ProtocolError(ErrorCode.invalidRequest, `Too many subscriptions (${why})`);
}

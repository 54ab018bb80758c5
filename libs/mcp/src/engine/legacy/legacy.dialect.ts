import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import type { McpMethod } from '../../primitives/method-table.js';
import type { Message, RequestMessage } from '../../protocol/json-rpc.js';
import { negotiate } from '../../protocol/protocol-version.js';
import { logLevels, type McpLogLevel } from '../../protocol/log-level.js';
import type { CallInFlight } from '../../sessions/session-attachments.js';
import type { Session } from '../../sessions/session.js';
import type { MessageOrigin, Reply } from '../../transports/mcp.transport.js';
import type { CallServer } from '../call.js';
import { toObserved } from '../call-observer.js';
import { LateSdkServer, loadSdk } from './late-sdk-server.js';
import { LegacyCall } from './legacy.call.js';
import { LegacyPeer } from './legacy-peer.js';
import { SdkRequest } from './sdk-request.js';

/** Serves the revisions 2024-11-05 to 2025-11-25: a handshake, sessions, and questions as requests of the server. */
export class LegacyDialect {
  private readonly peers = new Map<Session, LegacyPeer>();

  constructor(private readonly server: CallServer) {}

  /** Loads what the first handshake needs. */
  async prepare(): Promise<void> {
    await loadSdk();
  }

  /** Handles a request. Returns the call that it began, if that has no answer yet. */
  receive(message: RequestMessage, origin: MessageOrigin, reply: Reply): CallInFlight | undefined {
    const { session } = origin;
    const peer = session && this.peerOf(session);
    const method = this.methodOf(message, peer);
    if (method) {
      const call = new LegacyCall(this.server, message, origin, reply, peer);
      return call.start(method) ? call : undefined;
    }
    const sdk = peer?.sdk ?? new LateSdkServer(this.server.settings, undefined);
    const request = new SdkRequest(
      message,
      reply,
      this.server.observe?.call(toObserved(message, origin)),
    );
    if (message.method !== 'initialize') sdk.answer(request);
    else sdk.shakeHands(request, (params) => this.agree(params, origin));
    return request.isOpen ? request : undefined;
  }

  /** Handles a notification, or the answer to a question. Without a session it has no effect. */
  take(message: Message, { session }: MessageOrigin): void {
    if (session) this.peerOf(session).sdk.take(message);
  }

  /** Attaches a session that began in another process. */
  attach(session: Session): void {
    this.peerOf(session);
  }

  /** Handles the answer to a question that another process has received. */
  answered(session: Session, message: Message): void {
    this.peers.get(session)?.sdk.take(message);
  }

  /** Sends every client a notification that belongs to no call. */
  notifyAll(method: string): void {
    for (const peer of this.peers.values()) void peer.notify(method);
  }

  /** Notifies the clients that have subscribed to the resource. */
  resourceUpdated(key: string): void {
    for (const peer of this.peers.values()) void peer.resourceUpdated(key);
  }

  /**
   * Writes the negotiated values to the record of the session. A returned promise resolves when every process has them.
   */
  private agree(
    params: Readonly<Record<string, unknown>>,
    { session, over, request }: MessageOrigin,
  ): Promise<void> | undefined {
    if (!session) return undefined;
    const isFirst = session.record.initialize === undefined;
    const protocolVersion = negotiate(params.protocolVersion);
    const shared = session.change({ initialize: params, protocolVersion });
    const { openedAt } = session;
    const ended =
      isFirst && this.server.observe?.session?.({ protocolVersion, over, request, openedAt });
    if (ended) session.whenClosed(ended);
    return shared;
  }

  private methodOf(
    { method, params }: RequestMessage,
    peer: LegacyPeer | undefined,
  ): McpMethod | undefined {
    // The SDK refuses calls that request a task of revision 2025-11-25.
    if (params?.task !== undefined) return undefined;
    if (method === 'logging/setLevel') return ({ level }) => setLevel(level, peer);
    const { methods } = this.server.settings;
    return Object.hasOwn(methods, method) ? methods[method] : this.server.further.get(method);
  }

  private peerOf(session: Session): LegacyPeer {
    const known = this.peers.get(session);
    if (known) return known;
    const peer = new LegacyPeer(session, this.server.settings);
    this.peers.set(session, peer);
    session.whenClosed(() => {
      this.peers.delete(session);
      peer.close();
    });
    return peer;
  }
}

async function setLevel(level: unknown, peer: LegacyPeer | undefined): Promise<object> {
  if (!logLevels.includes(level as McpLogLevel)) {
    const text = `level must be one of ${logLevels.join(', ')}`;
    throw new ProtocolError(ErrorCode.invalidParams, text);
  }
  await peer?.session.change({ logLevel: level as McpLogLevel });
  return {};
}

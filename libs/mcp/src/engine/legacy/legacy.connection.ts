import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  ResultSchema,
  type JSONRPCRequest,
  type MessageExtraInfo,
} from '@modelcontextprotocol/sdk/types.js';
import type {
  McpCall,
  McpClientInfo,
  McpSessionRef,
  McpSubscriptions,
} from '../../context/mcp-call.js';
import type { McpLogLevel } from '../../protocol/log-level.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import type { McpMethod } from '../../primitives/method-table.js';
import type { Session } from '../../sessions/session.js';
import type { MessageOrigin } from '../../transports/mcp.transport.js';
import type { CallGate } from '../call.gate.js';
import type { EngineSettings } from '../engine.settings.js';
import { isKnown } from '../known.resource.js';
import { LegacyFacts, toError, toLogLevel, type LegacyCaller } from './legacy.call.js';
import { negotiate } from './legacy.handshake.js';
import type { SendRequest } from './legacy.questions.js';
import { readingInitialize } from './initialize.request.js';
import { createSdkServer } from './legacy.sdk-server.js';
import { RunningCall } from '../running.call.js';
import { SessionSubscriptions } from './session.subscriptions.js';

type Params = Readonly<Record<string, unknown>>;
type Receive = NonNullable<Transport['onmessage']>;
type Received = Parameters<Receive>[0];

/** What a connection reports to its engine. */
export interface ConnectionOwner {
  readonly settings: EngineSettings;
  readonly gate: CallGate;
  closed(connection: LegacyConnection): void;
}

/** ms; a person answers when a person answers: the call's own time limit, its abort and the end of the session are what counts. */
const patience = 2 ** 31 - 1;

/**
 * One transport and its SDK server: a session, or a single stateless exchange. The handshake, pings, notifications and answers
 * are the SDK's; requests that the method table answers go straight to it: per call the SDK would cost more than the call.
 */
export class LegacyConnection implements LegacyCaller {
  private readonly subscriptions: SessionSubscriptions | undefined;
  readonly sessionRef: McpSessionRef | undefined;
  logLevel: McpLogLevel = 'debug';
  private server: Server | undefined;
  private transport: Transport | undefined;
  private toSdk: Receive | undefined;
  private readonly calls = new Map<string | number, RunningCall>();
  private protocolVersion: string | undefined;
  private known: McpClientInfo | undefined;

  constructor(
    private readonly owner: ConnectionOwner,
    private readonly session: Session | undefined,
  ) {
    this.subscriptions = session && new SessionSubscriptions(owner.settings.limits.subscriptions);
    this.sessionRef = session && { id: session.id };
  }

  async connect(transport: Transport): Promise<void> {
    this.transport = transport;
    transport.onclose = () => this.close();
    transport.onmessage = (message, extra) => this.receive(message, extra, transport);
    // A stateless exchange is hardly ever anything but a single call.
    if (this.session) await this.startSdk(transport);
    else await transport.start();
  }

  get client(): McpClientInfo | undefined {
    const version = this.server?.getClientVersion();
    if (!this.known && version) {
      this.known = { ...version, capabilities: this.server?.getClientCapabilities() ?? {} };
    }
    return this.known;
  }

  /** Tells the client something that belongs to no call. Never rejects. */
  async notify(method: string, params?: Record<string, unknown>): Promise<void> {
    if (this.protocolVersion === undefined) return;
    await this.server?.notification({ method, params }).catch(() => undefined);
  }

  /** Tells the client that a resource has changed, if it has subscribed to it and still may know of it. */
  async resourceUpdated(uri: string): Promise<void> {
    const listener = this.subscriptions?.listenerOf(uri);
    if (listener && (await isKnown(uri, listener, this.owner.settings))) {
      await this.notify('notifications/resources/updated', { uri });
    }
  }

  subscriptionsOf(call: McpCall): McpSubscriptions | undefined {
    return this.subscriptions?.of(call);
  }

  async notifyAbout(id: string | number, method: string, params: Params): Promise<void> {
    await this.transport?.send({ jsonrpc: '2.0', method, params }, { relatedRequestId: id });
  }

  questionsOf(id: string | number, call: RunningCall): SendRequest | undefined {
    const { server } = this;
    if (!this.session || !server) return undefined;
    return async (method, params) =>
      server.request({ method, params }, ResultSchema, {
        timeout: patience,
        signal: call.signal,
        relatedRequestId: id,
      });
  }

  private receive(
    message: Received,
    extra: MessageExtraInfo | undefined,
    transport: Transport,
  ): void {
    if ('method' in message) {
      const method = 'id' in message ? this.methodOf(message) : undefined;
      if (method) {
        void this.answer(message as JSONRPCRequest, method, extra);
        return;
      }
      this.peek(message.method, message.params);
    }
    if (!this.toSdk) void this.startSdk(transport);
    this.toSdk?.(message, extra);
  }

  /** From here on the SDK hears what `receive` hands on: it can when this returns, not only when it resolves. */
  private startSdk(transport: Transport): Promise<void> {
    this.server = createSdkServer(this.owner.settings, this.session !== undefined);
    const { onmessage } = transport;
    transport.onmessage = undefined;
    const connected = this.server.connect(transport);
    this.toSdk = readingInitialize(transport);
    transport.onmessage = onmessage;
    return connected;
  }

  /** What the SDK keeps to itself: the revision asked for, and cancellation. */
  private peek(method: string, params: Params | undefined): void {
    if (method === 'initialize') {
      this.protocolVersion = negotiate(params?.protocolVersion);
    } else if (method === 'notifications/cancelled') {
      const id = params?.requestId as string | number;
      const call = this.calls.get(id);
      this.calls.delete(id);
      call?.abort(new ProtocolError(ErrorCode.internalError, 'Cancelled'));
    }
  }

  private methodOf({
    method,
    params,
  }: Pick<JSONRPCRequest, 'method' | 'params'>): McpMethod | undefined {
    // Tasks are the SDK's to refuse.
    if (params?.task !== undefined) return undefined;
    if (method === 'logging/setLevel') return async (given) => this.setLevel(given);
    const { methods } = this.owner.settings;
    return Object.hasOwn(methods, method) ? methods[method] : undefined;
  }

  private async answer(
    message: JSONRPCRequest,
    method: McpMethod,
    extra: MessageExtraInfo | undefined,
  ): Promise<void> {
    const { gate, settings } = this.owner;
    const origin = (extra?.requestInfo ?? noRequest) as unknown as MessageOrigin;
    const facts = new LegacyFacts(this, message, this.protocolVersion ?? origin.protocolVersion);
    const call = new RunningCall(origin, facts);
    facts.call = call;
    this.calls.set(message.id, call);
    let end: (() => void) | undefined;
    try {
      end = gate.begin(call);
      if (settings.timeout !== undefined) call.limitTime(settings.timeout);
      const result = await call.run((running) => method(message.params ?? {}, running));
      this.respond(call, { jsonrpc: '2.0', id: message.id, result } as Received);
    } catch (error) {
      const given = toError(error, settings.logger, message.method);
      this.respond(call, { jsonrpc: '2.0', id: message.id, error: given } as Received);
    } finally {
      end?.();
    }
  }

  /** Nothing is sent for a call that its client has cancelled, or that has lost its connection. */
  private respond(call: RunningCall, message: Received): void {
    const { id } = message as JSONRPCRequest;
    if (this.calls.get(id) !== call) return;
    this.calls.delete(id);
    this.transport?.send(message).catch((error: unknown) => {
      this.owner.settings.logger.debug?.(`protocol: ${String(error)}`);
    });
  }

  private setLevel({ level }: Params): object {
    this.logLevel = toLogLevel(level);
    return {};
  }

  private close(): void {
    const gone = new ProtocolError(ErrorCode.internalError, 'Connection closed');
    const calls = [...this.calls.values()];
    this.calls.clear();
    for (const call of calls) call.abort(gone);
    this.owner.closed(this);
  }
}

const noRequest = { headers: {}, request: {} };

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  LATEST_PROTOCOL_VERSION,
  ResultSchema,
  SUPPORTED_PROTOCOL_VERSIONS,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import type { jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';
import { logLevels, type McpClientInfo, type McpLogLevel } from '../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { MessageOrigin } from '../transports/mcp.transport.js';
import type { Session } from '../sessions/session.js';
import type { CallGate } from './call.gate.js';
import type { EngineSettings } from './engine.settings.js';
import { LegacyQuestions, type SendRequest } from './legacy.questions.js';
import { SessionSubscriptions } from './session.subscriptions.js';
import { RunningCall } from './running.call.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Params = Readonly<Record<string, unknown>>;

/** What a connection reports to its engine. */
export interface ConnectionOwner {
  readonly settings: EngineSettings;
  readonly validator: jsonSchemaValidator;
  readonly gate: CallGate;
  closed(connection: LegacyConnection): void;
}

/** Revision of a request that says none (specification 2025-06-18, "Protocol Version Header"). */
const undeclaredVersion = '2025-03-26';

/** ms; a person answers when a person answers: the call's own time limit, its abort and the end of the session are what counts. */
const patience = 2 ** 31 - 1;

/** One SDK server bound to one transport: a session, or a single stateless exchange. */
export class LegacyConnection {
  private readonly server: Server;
  private readonly calls = new Map<string | number, RunningCall>();
  private protocolVersion: string | undefined;
  private logLevel: McpLogLevel = 'debug';
  private readonly subscriptions: SessionSubscriptions | undefined;

  constructor(
    private readonly owner: ConnectionOwner,
    private readonly session: Session | undefined,
  ) {
    const { identity, instructions, capabilities, logger, maxSubscriptions } = owner.settings;
    this.server = new Server(
      { ...identity },
      {
        capabilities: session ? capabilities : withoutNews(capabilities),
        instructions,
        jsonSchemaValidator: owner.validator,
      },
    );
    this.subscriptions = session && new SessionSubscriptions(maxSubscriptions);
    this.server.removeRequestHandler('logging/setLevel');
    this.server.fallbackRequestHandler = (request, extra) => this.dispatch(request, extra);
    this.server.onerror = (error) => logger.debug?.(`protocol: ${error.message}`);
    this.server.onclose = () => this.close();
  }

  async connect(transport: Transport): Promise<void> {
    const deliver = transport.onmessage;
    transport.onmessage = (message, extra) => {
      if ('method' in message) this.peek(message.method, message.params);
      deliver?.(message, extra);
    };
    await this.server.connect(transport);
  }

  /** Tells the client something that belongs to no call. Never rejects. */
  async notify(method: string, params?: Record<string, unknown>): Promise<void> {
    if (this.protocolVersion === undefined) return;
    await this.server.notification({ method, params }).catch(() => undefined);
  }

  /** Tells the client that a resource has changed, if it has subscribed to it. */
  resourceUpdated(uri: string): void {
    if (this.subscriptions?.has(uri)) void this.notify('notifications/resources/updated', { uri });
  }

  /** What the SDK keeps to itself: the revision asked for, and cancellation (it ignores the request id 0). */
  private peek(method: string, params: Params | undefined): void {
    if (method === 'initialize') {
      const asked = String(params?.protocolVersion);
      this.protocolVersion = SUPPORTED_PROTOCOL_VERSIONS.includes(asked)
        ? asked
        : LATEST_PROTOCOL_VERSION;
    } else if (method === 'notifications/cancelled') {
      const call = this.calls.get(params?.requestId as string | number);
      call?.abort(new ProtocolError(ErrorCode.internalError, 'Cancelled'));
    }
  }

  private async dispatch(
    request: { method: string; params?: Params },
    extra: Extra,
  ): Promise<object> {
    const params = request.params ?? {};
    if (request.method === 'logging/setLevel') return this.setLevel(params);
    const { methods, timeout } = this.owner.settings;
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (!method) throw new ProtocolError(ErrorCode.methodNotFound, 'Method not found');
    const call = this.createCall(request.method, extra);
    const end = this.owner.gate.begin(call);
    this.calls.set(extra.requestId, call);
    if (timeout !== undefined) call.limitTime(timeout);
    try {
      return await call.run((running) => method(params, running));
    } finally {
      this.calls.delete(extra.requestId);
      end();
    }
  }

  private createCall(method: string, extra: Extra): RunningCall {
    const origin = (extra.requestInfo ?? { headers: {}, request: {} }) as unknown as MessageOrigin;
    const client = this.client();
    const ask: SendRequest | undefined =
      this.session &&
      (async (asked, params) =>
        extra.sendRequest({ method: asked, params } as ServerRequest, ResultSchema, {
          timeout: patience,
          signal: call.signal,
        }));
    const call: RunningCall = new RunningCall(origin, {
      era: 'legacy',
      protocolVersion: this.protocolVersion ?? origin.protocolVersion ?? undeclaredVersion,
      client,
      session: this.session && { id: this.session.id },
      progressToken: extra._meta?.progressToken,
      logLevel: this.logLevel,
      where: method,
      send: (notification, params) =>
        extra.sendNotification({ method: notification, params } as ServerNotification),
      memory: new LegacyQuestions(client, ask),
      subscriptions: this.subscriptions,
    });
    return call;
  }

  private client(): McpClientInfo | undefined {
    const version = this.server.getClientVersion();
    return version && { ...version, capabilities: this.server.getClientCapabilities() ?? {} };
  }

  private setLevel(params: Params): object {
    const { level } = params;
    if (!logLevels.includes(level as McpLogLevel)) {
      throw new ProtocolError(
        ErrorCode.invalidParams,
        `level must be one of ${logLevels.join(', ')}`,
      );
    }
    this.logLevel = level as McpLogLevel;
    return {};
  }

  private close(): void {
    const gone = new ProtocolError(ErrorCode.internalError, 'Connection closed');
    for (const call of this.calls.values()) call.abort(gone);
    this.owner.closed(this);
  }
}

/** Without a session there is no stream on which news could come. */
function withoutNews(
  capabilities: EngineSettings['capabilities'],
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(capabilities).map(([name, { ...capability }]) => {
      const { listChanged: _, subscribe: __, ...rest } = capability as Record<string, unknown>;
      return [name, rest];
    }),
  );
}

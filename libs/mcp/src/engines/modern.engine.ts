import { Server, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { type McpCall } from '../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { McpMethod } from '../primitives/method-table.js';
import type {
  MessageOrigin,
  ModernDoor,
  ModernExchange,
  ModernRequest,
  ModernSink,
} from '../transports/mcp.transport.js';
import { MODERN_VERSION } from '../transports/protocol-version.js';
import type { CallGate } from './call.gate.js';
import type { EngineSettings } from './engine.settings.js';
import { clientOf, logLevelOf, toAnswer, unsupported } from './modern.envelope.js';
import { isKnown } from './known.resource.js';
import { ModernRounds } from './modern.rounds.js';
import { ModernSubscriptions } from './modern.subscriptions.js';
import { ModernTransport } from './modern.transport.js';
import { RunningCall, type CallMemory } from './running.call.js';

/** Belongs to sessions, of which this era knows nothing. */
const sessionMethods = ['resources/subscribe', 'resources/unsubscribe'];
/** Where the client may be asked (specification, basic/patterns/mrtr). */
const asking = ['tools/call', 'prompts/get', 'resources/read'];
const cacheable = (method: string): boolean =>
  method.endsWith('/list') || method === 'resources/read' || method === 'server/discover';

/** Binds a method table to SDK servers, one a request: revision 2026-07-28. */
export class ModernEngine implements ModernDoor {
  readonly subscriptions: ModernSubscriptions;
  readonly headersOf: EngineSettings['headersOf'];
  private readonly cacheFields: object;

  constructor(
    private readonly settings: EngineSettings,
    private readonly gate: CallGate,
  ) {
    this.subscriptions = new ModernSubscriptions(settings.maxSubscriptions, settings.identity);
    this.headersOf = settings.headersOf;
    const { ttl = 0, scope = 'private' } = settings.cache ?? {};
    this.cacheFields = { ttlMs: ttl, cacheScope: scope };
  }

  serve(
    { message, revision }: ModernRequest,
    origin: MessageOrigin,
    sink: ModernSink,
  ): ModernExchange {
    const refuse = (error: ProtocolError): ModernExchange => {
      sink.send(toAnswer(message.id, error), true);
      return { abort: () => undefined };
    };
    const { method } = message;
    if (revision !== MODERN_VERSION) return refuse(unsupported(revision));
    if (method === 'subscriptions/listen') {
      try {
        const { call } = this.begin(message, origin, sink);
        return this.subscriptions.listen(message, sink, (uri) => isKnown(uri, call, this.settings));
      } catch (error) {
        sink.send(toAnswer(message.id, error as ProtocolError), false);
        return { abort: () => undefined };
      }
    }
    const run = this.methodOf(method);
    if (!run && method !== 'server/discover') {
      return refuse(new ProtocolError(ErrorCode.methodNotFound, 'Method not found'));
    }
    return this.exchange(message, run, origin, sink);
  }

  private exchange(
    message: JSONRPCRequest,
    run: McpMethod | undefined,
    origin: MessageOrigin,
    sink: ModernSink,
  ): ModernExchange {
    const { identity, instructions, capabilities, logger, cache } = this.settings;
    const server = new Server(
      { ...identity },
      {
        capabilities: capabilities(),
        supportedProtocolVersions: [MODERN_VERSION],
        // Never asked: schemas are checked by the primitives themselves.
        jsonSchemaValidator: { getValidator: () => () => ({ valid: true }) as never },
        ...(instructions !== undefined && { instructions }),
        ...(cache && { cacheHints: { 'server/discover': this.cacheFields } }),
      },
    );
    const transport = new ModernTransport({ era: 'modern', revision: MODERN_VERSION }, sink);
    let call: RunningCall | undefined;
    let aborted: Error | undefined;
    server.fallbackRequestHandler = async () => {
      const begun = this.begin(message, origin, sink);
      call = begun.call;
      if (aborted) call.abort(aborted);
      return begun.finish(run as McpMethod) as Promise<Record<string, unknown>>;
    };
    server.onerror = (error) => logger.debug?.(`protocol: ${error.message}`);
    server
      .connect(transport)
      .then(() => transport.receive(message))
      .catch((error: unknown) => {
        logger.error(`${message.method} failed: ${String(error)}`);
        const internal = new ProtocolError(ErrorCode.internalError, 'Internal error');
        sink.send(toAnswer(message.id, internal), false);
      });
    return {
      abort: (reason) => {
        aborted = new ProtocolError(ErrorCode.internalError, reason);
        call?.abort(aborted);
        void transport.close();
      },
    };
  }

  /** A call, and how it is brought to its end. Throws `ProtocolError` for a state that is not the call's. */
  private begin(
    message: Pick<JSONRPCRequest, 'method' | 'params'>,
    origin: MessageOrigin,
    sink: ModernSink,
  ) {
    const { method } = message;
    const params = (message.params ?? {}) as Readonly<Record<string, unknown>>;
    const meta = (params._meta ?? {}) as Readonly<Record<string, unknown>>;
    const client = clientOf(meta);
    const rounds = asking.includes(method)
      ? new ModernRounds({
          seal: this.settings.seal,
          server: this.settings.identity.name,
          subject: origin.auth?.subject,
          method,
          params,
          capabilities: client.capabilities,
        })
      : undefined;
    const call = new RunningCall(origin, {
      era: 'modern',
      protocolVersion: MODERN_VERSION,
      client,
      progressToken: meta.progressToken as string | number | undefined,
      logLevel: logLevelOf(meta),
      where: method,
      send: async (notification, about) =>
        sink.send({ jsonrpc: '2.0', method: notification, params: about }, false),
      memory: rounds ?? nobodyToAsk,
    });
    const finish = async (run: McpMethod): Promise<object> => {
      const end = this.gate.begin(call);
      if (this.settings.timeout !== undefined) call.limitTime(this.settings.timeout);
      try {
        const result = await call.run((running) => inRounds(run, params, running, rounds));
        return cacheable(method) ? { ...this.cacheFields, ...result } : result;
      } finally {
        end();
      }
    };
    return { call, finish };
  }

  private methodOf(method: string): McpMethod | undefined {
    const { methods } = this.settings;
    if (sessionMethods.includes(method)) return undefined;
    return Object.hasOwn(methods, method) ? methods[method] : undefined;
  }
}

/** Whatever the handler made of a question that has no answer yet: the client gets the question. */
async function inRounds(
  run: McpMethod,
  params: Readonly<Record<string, unknown>>,
  call: McpCall,
  rounds: ModernRounds | undefined,
): Promise<object> {
  try {
    const result = await run(params, call);
    return rounds?.isWaiting ? await rounds.toResult() : result;
  } catch (error) {
    if (rounds?.isWaiting) return rounds.toResult();
    throw error;
  }
}

const nobodyToAsk: CallMemory = {
  ask: () => Promise.reject(new Error('only tools, prompts and resources may ask the client.')),
  once: async (_key, work) => work(),
};

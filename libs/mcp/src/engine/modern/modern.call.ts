import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import type { McpClientInfo } from '../../context/mcp-call.js';
import type { McpLogLevel } from '../../protocol/log-level.js';
import { UnansweredError } from '../../errors/unanswered.error.js';
import type { RunningTask, TaskCall } from '../../tasks/running.task.js';
import { knowsTasks } from '../../tasks/tasks.extension.js';
import type { MessageOrigin, ModernSink } from '../../transports/mcp.transport.js';
import { MODERN_VERSION } from '../../protocol/protocol-version.js';
import type { EngineSettings } from '../engine.settings.js';
import { clientOf, logLevelOf } from './modern.envelope.js';
import { ModernRounds, nobodyToAsk } from './modern.rounds.js';
import type { CallFacts, CallMemory } from '../running.call.js';

type Fields = Readonly<Record<string, unknown>>;

/** Where the client may be asked (specification, basic/patterns/mrtr). */
const asking: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

const nothing: Fields = {};

/** The facts of one modern call, all of which come with its request. Getters: hardly any call asks for all of them. */
export class ModernFacts implements CallFacts {
  readonly era = 'modern';
  readonly protocolVersion = MODERN_VERSION;
  readonly where: string;
  readonly params: Fields;
  /** `undefined`: a method whose handlers ask nothing. */
  readonly rounds: ModernRounds | undefined;
  private readonly meta: Fields;
  private known: McpClientInfo | undefined;

  /** Throws `ProtocolError` for a state that is not the call's. */
  constructor(
    private readonly settings: EngineSettings,
    { method, params = nothing }: Pick<JSONRPCRequest, 'method' | 'params'>,
    origin: MessageOrigin,
    private readonly sink: ModernSink,
  ) {
    this.where = method;
    this.params = params;
    this.meta = params._meta ?? nothing;
    this.rounds = asking.has(method)
      ? new ModernRounds({
          seal: settings.seal,
          used: settings.usedStates,
          server: settings.identity.name,
          subject: origin.auth?.subject,
          method,
          params,
          capabilities: () => this.client.capabilities,
        })
      : undefined;
  }

  get client(): McpClientInfo {
    return (this.known ??= clientOf(this.meta));
  }

  get progressToken(): string | number | undefined {
    return this.meta.progressToken as string | number | undefined;
  }

  get logLevel(): McpLogLevel | undefined {
    return logLevelOf(this.meta);
  }

  get memory(): CallMemory {
    return this.rounds ?? nobodyToAsk;
  }

  get taskOf(): ((call: TaskCall, tool: string) => Promise<RunningTask>) | undefined {
    if (this.where !== 'tools/call' || !knowsTasks(this.client)) return undefined;
    return async (call, tool) => {
      // The client is asked first: the handler runs again, and gets here with the answers.
      if (this.rounds?.isWaiting) throw new UnansweredError();
      return this.settings.tasks.begin(call, tool);
    };
  }

  async send(method: string, params: Record<string, unknown>): Promise<void> {
    await this.sink.send({ jsonrpc: '2.0', method, params }, false);
  }
}

import type { McpClientInfo } from '../../context/mcp-call.js';
import type { McpQuestion } from '../../context/mcp-question.js';
import { UnansweredError } from '../../errors/unanswered.error.js';
import type { McpMethod } from '../../primitives/method-table.js';
import type { RequestMessage } from '../../protocol/json-rpc.js';
import type { McpLogLevel } from '../../protocol/log-level.js';
import { MODERN_VERSION } from '../../protocol/protocol-version.js';
import type { CallInFlight } from '../../sessions/session-attachments.js';
import type { RunningTask } from '../../tasks/running-task.js';
import { knowsTasks } from '../../tasks/tasks-extension.js';
import type { MessageOrigin, Reply } from '../../transports/mcp.transport.js';
import { Call, type CallServer } from '../call.js';
import { clientOf, logLevelOf, type ModernResults } from './modern-envelope.js';
import { ModernRounds } from './modern-rounds.js';

/** The methods that may ask questions (specification, basic/patterns/mrtr). */
const asking: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/**
 * A call of the modern era: its request contains everything that it needs. Questions end a round, and the client sends
 * the call again.
 */
export class ModernCall extends Call {
  readonly era = 'modern';
  readonly protocolVersion = MODERN_VERSION;
  readonly session = undefined;
  readonly subscriptions = undefined;
  private readonly rounds: ModernRounds | undefined;
  private known: McpClientInfo | undefined;

  /** Throws `ProtocolError` for a `requestState` that does not belong to the call. */
  constructor(
    server: CallServer,
    message: RequestMessage,
    origin: MessageOrigin,
    reply: Reply,
    private readonly results: ModernResults,
  ) {
    super(server, message, origin, reply);
    const { settings } = server;
    if (!asking.has(message.method)) return;
    this.rounds = new ModernRounds({
      seal: settings.seal,
      used: settings.usedStates,
      server: settings.identity.name,
      subject: origin.auth?.subject,
      method: message.method,
      params: this.params,
      capabilities: () => this.client.capabilities,
    });
  }

  get client(): McpClientInfo {
    return (this.known ??= clientOf(this.meta));
  }

  get logLevel(): McpLogLevel | undefined {
    return logLevelOf(this.meta);
  }

  override get kind(): CallInFlight['kind'] {
    return this.method === 'subscriptions/listen' ? 'subscription' : 'call';
  }

  async once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    return this.rounds ? this.rounds.once(key, work) : work();
  }

  protected async perform(method: McpMethod): Promise<object> {
    const { rounds } = this;
    if (rounds?.isReturning) await rounds.claim();
    try {
      const result = await method(this.params, this);
      return rounds?.isWaiting ? await rounds.toResult() : result;
    } catch (error) {
      // While a question is open, the outcome of the handler is discarded and the client gets the question.
      if (rounds?.isWaiting) return rounds.toResult();
      throw error;
    }
  }

  protected override complete(result: object): object {
    return this.results.complete(this.method, result);
  }

  protected async askClient(question: McpQuestion): Promise<Readonly<Record<string, unknown>>> {
    if (this.rounds) return this.rounds.ask(question);
    throw new Error('only tools, prompts and resources may ask the client.');
  }

  protected override taskBeginner(): ((tool: string) => Promise<RunningTask>) | undefined {
    if (this.method !== 'tools/call' || !knowsTasks(this.client)) return undefined;
    return async (tool) => {
      // The client must answer first: the handler will run again, and get here with the answers.
      if (this.rounds?.isWaiting) throw new UnansweredError();
      return this.server.settings.tasks.begin(this, tool);
    };
  }
}

import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import { ownerOf } from '../../sessions/owner.tally.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import { maskError } from '../../errors/public-error.js';
import type { McpMethod, MethodTable } from '../../primitives/method-table.js';
import { knowsTasks, tasksExtension, tasksMissing } from '../../tasks/tasks.extension.js';
import type { Message } from '../../protocol/json-rpc.js';
import type {
  MessageOrigin,
  ModernDoor,
  ModernExchange,
  ModernRequest,
  ModernSink,
} from '../../transports/mcp.transport.js';
import { MODERN_VERSION } from '../../protocol/protocol-version.js';
import type { CallGate } from '../call.gate.js';
import type { EngineSettings } from '../engine.settings.js';
import { isKnown } from '../known.resource.js';
import { isKnownTask } from '../known.task.js';
import { maskErrors } from '../masked.methods.js';
import { ModernFacts } from './modern.call.js';
import { ModernResults, toAnswer, unsupported } from './modern.envelope.js';
import { inRounds } from './modern.rounds.js';
import { ModernSubscriptions } from './modern.subscriptions.js';
import { RunningCall } from '../running.call.js';

/** Belongs to sessions, of which this era knows nothing. */
const sessionMethods: ReadonlySet<string> = new Set([
  'resources/subscribe',
  'resources/unsubscribe',
]);

/**
 * Serves a method table to requests of revision 2026-07-28. Each of them stands alone: its envelope, which the SDK has checked,
 * says all that a connection would know, so that there is nothing left for an SDK server to do.
 */
export class ModernEngine implements ModernDoor {
  readonly subscriptions: ModernSubscriptions;
  readonly headersOf: EngineSettings['headersOf'];
  private readonly results: ModernResults;
  private readonly taskMethods: MethodTable;

  constructor(
    private readonly settings: EngineSettings,
    private readonly gate: CallGate,
  ) {
    this.subscriptions = new ModernSubscriptions(
      settings.limits.subscriptions,
      settings.owners.subscriptions,
      settings.identity,
    );
    this.headersOf = settings.headersOf;
    this.taskMethods = maskErrors(settings.tasks.methods, settings.logger);
    this.results = new ModernResults(settings);
  }

  serve(request: ModernRequest, origin: MessageOrigin, sink: ModernSink): ModernExchange {
    const { message, revision } = request;
    const { method } = message;
    if (revision !== MODERN_VERSION) return refuse(message, sink, unsupported(revision), true);
    const listens = method === 'subscriptions/listen';
    const run = listens ? undefined : this.methodOf(method);
    if (!listens && !run) {
      const unknown = new ProtocolError(ErrorCode.methodNotFound, 'Method not found');
      return refuse(message, sink, unknown, true);
    }
    try {
      const facts = new ModernFacts(this.settings, message, origin, sink);
      const call = new RunningCall(origin, facts);
      if (!run) return this.listen(message, sink, call);
      void this.answer(message.id, sink, call, facts, run);
      return {
        abort: (reason) => call.abort(new ProtocolError(ErrorCode.internalError, reason)),
      };
    } catch (error) {
      return refuse(message, sink, this.toError(error, method), false);
    }
  }

  /** Never rejects. */
  private async answer(
    id: JSONRPCRequest['id'],
    sink: ModernSink,
    call: RunningCall,
    facts: ModernFacts,
    run: McpMethod,
  ): Promise<void> {
    let end: (() => void) | undefined;
    try {
      end = this.gate.begin(call);
      if (this.settings.timeout !== undefined) call.limitTime(this.settings.timeout, true);
      const result = await call.run((running) =>
        inRounds(run, facts.params, running, facts.rounds),
      );
      const complete = this.results.complete(facts.where, result);
      void sink.send({ jsonrpc: '2.0', id, result: complete } as Message, false);
    } catch (error) {
      void sink.send(toAnswer(id, this.toError(error, facts.where)), false);
    } finally {
      if (end) call.whenOver(end);
    }
  }

  private listen(message: JSONRPCRequest, sink: ModernSink, call: RunningCall): ModernExchange {
    const methods = this.offeredTaskMethods();
    if (namesTasks(message) && methods && !knowsTasks(call.client)) throw tasksMissing();
    return this.subscriptions.listen(message, ownerOf(call.auth, call.request), sink, {
      resource: (uri) => isKnown(uri, call, this.settings),
      task: async (id) => methods !== undefined && isKnownTask(id, call, methods),
    });
  }

  private methodOf(method: string): McpMethod | undefined {
    if (method === 'server/discover') return this.discover;
    if (sessionMethods.has(method)) return undefined;
    const isOfTasks = Object.hasOwn(this.taskMethods, method);
    const methods = isOfTasks ? (this.offeredTaskMethods() ?? {}) : this.settings.methods;
    return Object.hasOwn(methods, method) ? methods[method] : undefined;
  }

  private readonly discover: McpMethod = async () => {
    const { instructions } = this.settings;
    return {
      supportedVersions: [MODERN_VERSION],
      capabilities: this.capabilities(),
      ...(instructions !== undefined && { instructions }),
    };
  };

  private offeredTaskMethods(): MethodTable | undefined {
    return this.settings.tasks.isOffered ? this.taskMethods : undefined;
  }

  private capabilities(): Record<string, object> {
    const { extensions, ...capabilities } = this.settings.capabilities();
    const tasks = this.settings.tasks.isOffered && { [tasksExtension]: {} };
    const all = { ...extensions, ...tasks };
    return { ...capabilities, ...(Object.keys(all).length > 0 && { extensions: all }) };
  }

  private toError(error: unknown, method: string): ProtocolError {
    if (error instanceof ProtocolError) return error;
    const text = maskError(error, this.settings.logger, method);
    return new ProtocolError(ErrorCode.internalError, text);
  }
}

/** `early`: nothing has run yet. */
function refuse(
  { id }: JSONRPCRequest,
  sink: ModernSink,
  error: ProtocolError,
  early: boolean,
): ModernExchange {
  void sink.send(toAnswer(id, error), early);
  return { abort: () => undefined };
}

function namesTasks({ params }: Pick<JSONRPCRequest, 'params'>): boolean {
  const asked = params?.notifications as { taskIds?: unknown } | null | undefined;
  return asked?.taskIds !== undefined;
}

import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import type { McpMethod, MethodTable } from '../../primitives/method-table.js';
import { toErrorAnswer, type RequestMessage } from '../../protocol/json-rpc.js';
import { MODERN_VERSION } from '../../protocol/protocol-version.js';
import type { CallInFlight } from '../../sessions/session-attachments.js';
import { knowsTasks, tasksExtension, tasksMissing } from '../../tasks/tasks-extension.js';
import type { MessageOrigin, Reply } from '../../transports/mcp.transport.js';
import type { CallServer } from '../call.js';
import { toEnd, toObserved } from '../call-observer.js';
import { isKnown } from '../known-resource.js';
import { ModernCall } from './modern.call.js';
import { ModernResults } from './modern-envelope.js';
import { ModernSubscriptions } from './modern-subscriptions.js';

/** Methods that belong to sessions, which this era does not have. */
const sessionMethods: ReadonlySet<string> = new Set([
  'resources/subscribe',
  'resources/unsubscribe',
]);

/** Serves revision 2026-07-28: each request is independent, and its metadata contains what a session would store. */
export class ModernDialect {
  readonly subscriptions: ModernSubscriptions;
  private readonly results: ModernResults;

  constructor(private readonly server: CallServer) {
    const { settings } = server;
    this.subscriptions = new ModernSubscriptions(settings.limits.subscriptions);
    this.results = new ModernResults(settings);
  }

  /** Handles a request. Returns the call that it began, if that has no answer yet. */
  receive(message: RequestMessage, origin: MessageOrigin, reply: Reply): CallInFlight | undefined {
    const revision = origin.protocolVersion ?? MODERN_VERSION;
    if (revision !== MODERN_VERSION) {
      return this.refuse(message, origin, reply, unsupported(revision), true);
    }
    const method = this.methodOf(message.method);
    if (!method) {
      const unknown = new ProtocolError(ErrorCode.methodNotFound, 'Method not found');
      return this.refuse(message, origin, reply, unknown, true);
    }
    let call: ModernCall;
    try {
      call = new ModernCall(this.server, message, origin, reply, this.results);
    } catch (error) {
      return this.refuse(message, origin, reply, error as ProtocolError, false);
    }
    return call.start(method) ? call : undefined;
  }

  private refuse(
    message: RequestMessage,
    origin: MessageOrigin,
    reply: Reply,
    error: ProtocolError,
    early: boolean,
  ): undefined {
    const answer = toErrorAnswer(message.id, error);
    const observation = this.server.observe?.call(toObserved(message, origin));
    reply.answer(message.id, answer, early);
    observation?.end({ ...toEnd(answer), duration: 0 });
  }

  private methodOf(method: string): McpMethod | undefined {
    if (method === 'server/discover') return this.discover;
    if (method === 'subscriptions/listen') return this.listen;
    if (sessionMethods.has(method)) return undefined;
    const { tasks, methods } = this.server.settings;
    const isOfTasks = Object.hasOwn(tasks.methods, method);
    const table = isOfTasks ? (this.offeredTaskMethods() ?? {}) : methods;
    return Object.hasOwn(table, method) ? table[method] : this.server.further.get(method);
  }

  private readonly discover: McpMethod = async () => {
    const { instructions } = this.server.settings;
    return {
      supportedVersions: [MODERN_VERSION],
      capabilities: this.capabilities(),
      ...(instructions !== undefined && { instructions }),
    };
  };

  private readonly listen: McpMethod = async (params, call) => {
    const methods = this.offeredTaskMethods();
    const { notifications: asked } = params as { notifications?: { taskIds?: unknown } | null };
    if (asked?.taskIds !== undefined && methods && !knowsTasks(call.client)) throw tasksMissing();
    return this.subscriptions.listen(params, call as ModernCall, {
      resource: (uri) => isKnown(uri, call, this.server.settings),
      task: async (taskId) => {
        const found = methods?.['tasks/get']?.({ taskId }, call);
        return (
          found !== undefined &&
          found.then(
            () => true,
            () => false,
          )
        );
      },
    });
  };

  private offeredTaskMethods(): MethodTable | undefined {
    const { tasks } = this.server.settings;
    return tasks.isOffered ? tasks.methods : undefined;
  }

  private capabilities(): Record<string, object> {
    const { extensions, ...capabilities } = this.server.settings.capabilities();
    const tasks = this.server.settings.tasks.isOffered && { [tasksExtension]: {} };
    const all = { ...extensions, ...tasks };
    return { ...capabilities, ...(Object.keys(all).length > 0 && { extensions: all }) };
  }
}

/** The error for a request with an unsupported revision. */
function unsupported(requested: string): ProtocolError {
  return new ProtocolError(
    ErrorCode.unsupportedProtocolVersion,
    `Unsupported protocol version: ${requested.slice(0, 64)}`,
    { supported: [MODERN_VERSION], requested },
  );
}

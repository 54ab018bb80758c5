import type { McpCall } from '../../context/mcp-call.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import { toDetails } from '../../tasks/task.methods.js';
import type { McpTask } from '../../tasks/task.store.js';
import type { MessageId } from '../../protocol/json-rpc.js';
import { heldBytes, tooManyBytes } from '../../protocol/held-bytes.js';
import { metaKeys } from '../../protocol/request-meta.js';
import { lowerScheme } from '../../protocol/uri-scheme.js';

/** The notifications that a client requests (`SubscriptionFilter` of the specification). */
interface Filter {
  toolsListChanged?: boolean;
  promptsListChanged?: boolean;
  resourcesListChanged?: boolean;
  resourceSubscriptions?: string[];
  /** Tasks to listen to (extension Tasks). */
  taskIds?: string[];
}

/** Checks whether a resource or task currently exists for the caller. */
export interface KnownThings {
  resource(uri: string): Promise<boolean>;
  task(id: string): Promise<boolean>;
}

interface Subscription {
  readonly filter: Filter;
  /** By their URIs with the scheme in lower case, the URIs as the client sent them. */
  readonly uris: ReadonlyMap<string, string>;
  readonly taskIds: ReadonlySet<string>;
  readonly isKnown: KnownThings;
  tell(method: string, params?: object): void;
  end(): void;
}

/** The parts of a call that a subscription needs. */
export type ListeningCall = Pick<McpCall, 'notify' | 'signal'> & { readonly id: MessageId };

/**
 * The most bytes that the parameters of one stream may take, which are kept while it is open: 1,024 URIs of 256 bytes
 * take less.
 */
const MOST_BYTES = 384 * 1024;

const flags = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const;
const lists = ['resourceSubscriptions', 'taskIds'] as const;

/** Subscription streams: `subscriptions/listen` (specification, basic/patterns/subscriptions). */
export class ModernSubscriptions {
  private readonly open = new Set<Subscription>();

  constructor(private readonly max: number) {}

  /**
   * Acknowledges the accepted notifications, then sends each of them until the stream ends. It ends at once if none is
   * accepted. `isKnown` checks which resources and tasks exist for this caller. Throws `ProtocolError`.
   */
  async listen(
    params: Readonly<Record<string, unknown>>,
    call: ListeningCall,
    isKnown: KnownThings,
  ): Promise<object> {
    if (this.open.size >= this.max) {
      throw new ProtocolError(
        ErrorCode.internalError,
        `Too many open subscriptions (at most ${this.max})`,
      );
    }
    if (heldBytes(params) > MOST_BYTES) {
      const problem = tooManyBytes('the parameters', MOST_BYTES);
      throw new ProtocolError(ErrorCode.invalidParams, problem);
    }
    const asked = toFilter(params.notifications, this.max);
    const _meta = { [metaKeys.subscriptionId]: call.id };
    return new Promise((resolve) => {
      const start = (filter: Filter): Subscription => {
        const subscription: Subscription = {
          filter,
          isKnown,
          uris: new Map(filter.resourceSubscriptions?.map((uri) => [lowerScheme(uri), uri])),
          taskIds: new Set(filter.taskIds),
          tell: (method, about) => void call.notify(method, { ...about, _meta }),
          end: () => {
            this.open.delete(subscription);
            resolve({ _meta });
          },
        };
        this.open.add(subscription);
        return subscription;
      };
      // It counts from the start, while its resources are still being checked.
      let current = start({});
      call.signal.addEventListener('abort', () => current.end(), { once: true });
      const acknowledge = async (): Promise<void> => {
        const filter = await honoured(asked, isKnown);
        if (!this.open.delete(current)) return;
        current = start(filter);
        current.tell('notifications/subscriptions/acknowledged', { notifications: filter });
        if (Object.keys(filter).length === 0) current.end();
      };
      void acknowledge();
    });
  }

  /** Notifies the subscribed clients of a changed list. */
  listChanged(notification: string): void {
    const flag = `${notification.split('/')[1]}ListChanged` as (typeof flags)[number];
    for (const one of this.open) if (one.filter[flag]) one.tell(notification);
  }

  /** Notifies the subscribed clients of a changed resource; `key` is its URI with the scheme in lower case. */
  resourceUpdated(key: string): void {
    for (const one of this.open) {
      const uri = one.uris.get(key);
      if (uri !== undefined) void this.tellUpdated(one, uri);
    }
  }

  /** Sends no notification of a resource that has been hidden from the caller since it subscribed. */
  private async tellUpdated(one: Subscription, uri: string): Promise<void> {
    if ((await one.isKnown.resource(uri)) && this.open.has(one))
      one.tell('notifications/resources/updated', { uri });
  }

  /** Notifies the subscribed clients of the state of a task. */
  taskChanged(task: McpTask): void {
    for (const one of this.open) if (one.taskIds.has(task.taskId)) void this.tellTask(one, task);
  }

  /** Whether any client listens to that task. */
  listensFor(taskId: string): boolean {
    for (const one of this.open) if (one.taskIds.has(taskId)) return true;
    return false;
  }

  /** The tasks that any client listens to. */
  get watchedTasks(): ReadonlySet<string> {
    return new Set([...this.open].flatMap(({ taskIds }) => [...taskIds]));
  }

  private async tellTask(one: Subscription, task: McpTask): Promise<void> {
    if ((await one.isKnown.task(task.taskId)) && this.open.has(one))
      one.tell('notifications/tasks', toDetails(task));
  }

  /** Ends every stream with its result. */
  closeAll(): void {
    for (const one of this.open) one.end();
  }
}

async function honoured(
  { resourceSubscriptions: uris = [], taskIds: ids = [], ...filter }: Filter,
  isKnown: KnownThings,
): Promise<Filter> {
  const resourceSubscriptions = await those(uris, (uri) => isKnown.resource(uri));
  const taskIds = await those(ids, (id) => isKnown.task(id));
  return {
    ...filter,
    ...(resourceSubscriptions.length > 0 && { resourceSubscriptions }),
    ...(taskIds.length > 0 && { taskIds }),
  };
}

async function those(
  asked: readonly string[],
  isKnown: (one: string) => Promise<boolean>,
): Promise<string[]> {
  const known: string[] = [];
  for (const one of asked) if (await isKnown(one)) known.push(one);
  return known;
}

function toFilter(given: unknown, max: number): Filter {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid();
  const filter: Filter = {};
  for (const flag of flags) {
    const value = (given as Record<string, unknown>)[flag];
    if (value !== undefined && typeof value !== 'boolean') throw invalid();
    if (value) filter[flag] = true;
  }
  for (const list of lists) {
    const names = (given as Filter)[list];
    if (names === undefined) continue;
    if (!Array.isArray(names) || names.length > max || names.some((one) => typeof one !== 'string'))
      throw invalid();
    filter[list] = [...new Set(names)];
  }
  return filter;
}

function invalid(): ProtocolError {
  return new ProtocolError(
    ErrorCode.invalidParams,
    `notifications must be an object of ${flags.join(', ')} (booleans) and ${lists.join(', ')} (lists of names)`,
  );
}

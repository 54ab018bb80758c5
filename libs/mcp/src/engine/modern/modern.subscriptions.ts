import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import { toDetails } from '../../tasks/task.methods.js';
import type { McpTask } from '../../tasks/task.store.js';
import type { OwnerTally } from '../../sessions/owner.tally.js';
import type { MessageId } from '../../protocol/json-rpc.js';
import type { ModernExchange, ModernSink } from '../../transports/mcp.transport.js';
import { metaKeys } from '../../protocol/request-meta.js';

/** What a client wants to hear of (`SubscriptionFilter` of the specification). */
interface Filter {
  toolsListChanged?: boolean;
  promptsListChanged?: boolean;
  resourcesListChanged?: boolean;
  resourceSubscriptions?: string[];
  /** Extension Tasks. */
  taskIds?: string[];
}

/** Whether a thing is there for the caller, now. */
export interface KnownThings {
  resource(uri: string): Promise<boolean>;
  task(id: string): Promise<boolean>;
}

interface Subscription {
  readonly filter: Filter;
  readonly uris: ReadonlySet<string>;
  readonly taskIds: ReadonlySet<string>;
  readonly isKnown: KnownThings;
  tell(method: string, params?: object): void;
  end(): void;
}

const flags = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const;
const lists = ['resourceSubscriptions', 'taskIds'] as const;

/** Streams of changes: `subscriptions/listen` (specification, basic/patterns/subscriptions). */
export class ModernSubscriptions {
  private readonly open = new Set<Subscription>();

  constructor(
    private readonly max: number,
    private readonly perOwner: OwnerTally,
    private readonly identity: object,
  ) {}

  /**
   * Opens a stream; `isKnown` tells which resources and tasks there are for this caller. The client is told what it will hear of, and the
   * stream is over at once where that is nothing. Throws `ProtocolError`.
   */
  listen(
    { id, params }: { id: MessageId; params?: Record<string, unknown> },
    owner: string,
    sink: ModernSink,
    isKnown: KnownThings,
  ): ModernExchange {
    if (this.open.size >= this.max) {
      throw new ProtocolError(
        ErrorCode.internalError,
        `Too many open subscriptions (at most ${this.max})`,
      );
    }
    const asked = toFilter(params?.notifications, this.max);
    const leave = this.perOwner.begin(owner);
    let over = false;
    const mark = { [metaKeys.subscriptionId]: id };
    const start = (filter: Filter): Subscription => ({
      filter,
      isKnown,
      uris: new Set(filter.resourceSubscriptions),
      taskIds: new Set(filter.taskIds),
      tell: (method, about) =>
        void sink.send({ jsonrpc: '2.0', method, params: { ...about, _meta: mark } }, false),
      end: () => {
        this.open.delete(subscription);
        leave();
        if (over) return;
        over = true;
        const _meta = { ...mark, [metaKeys.serverInfo]: this.identity };
        void sink.send({ jsonrpc: '2.0', id, result: { resultType: 'complete', _meta } }, false);
      },
    });
    let subscription = start({});
    // Counted from the first moment, while its resources are looked up.
    this.open.add(subscription);
    const acknowledge = async (): Promise<void> => {
      const filter = await honoured(asked, isKnown);
      if (!this.open.delete(subscription)) return;
      subscription = start(filter);
      this.open.add(subscription);
      subscription.tell('notifications/subscriptions/acknowledged', { notifications: filter });
      if (Object.keys(filter).length === 0) subscription.end();
    };
    void acknowledge();
    return {
      abort: () => {
        over = true;
        this.open.delete(subscription);
        leave();
      },
    };
  }

  /** Tells those who asked for it that a list has changed. */
  listChanged(notification: string): void {
    const flag = `${notification.split('/')[1]}ListChanged` as (typeof flags)[number];
    for (const one of this.open) if (one.filter[flag]) one.tell(notification);
  }

  /** Tells those who asked for it that a resource has changed. */
  resourceUpdated(uri: string): void {
    for (const one of this.open) if (one.uris.has(uri)) void this.tellUpdated(one, uri);
  }

  /** What has been hidden from a caller since it subscribed is not told to it. */
  private async tellUpdated(one: Subscription, uri: string): Promise<void> {
    if ((await one.isKnown.resource(uri)) && this.open.has(one))
      one.tell('notifications/resources/updated', { uri });
  }

  /** Tells those who asked for it how a task is. */
  taskChanged(task: McpTask): void {
    for (const one of this.open) if (one.taskIds.has(task.taskId)) void this.tellTask(one, task);
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

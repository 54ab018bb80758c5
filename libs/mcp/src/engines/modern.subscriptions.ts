import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { MessageId } from '../transports/json-rpc.js';
import type { ModernExchange, ModernSink } from '../transports/mcp.transport.js';

/** What a client wants to hear of (`SubscriptionFilter` of the specification). */
interface Filter {
  toolsListChanged?: boolean;
  promptsListChanged?: boolean;
  resourcesListChanged?: boolean;
  resourceSubscriptions?: string[];
}

interface Subscription {
  readonly filter: Filter;
  readonly uris: ReadonlySet<string>;
  /** Whether the resource is there for this caller, now. */
  readonly isKnown: (uri: string) => Promise<boolean>;
  tell(method: string, params?: object): void;
  end(): void;
}

const subscriptionKey = 'io.modelcontextprotocol/subscriptionId';
const serverInfoKey = 'io.modelcontextprotocol/serverInfo';
const flags = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const;

/** Streams of changes: `subscriptions/listen` (specification, basic/patterns/subscriptions). */
export class ModernSubscriptions {
  private readonly open = new Set<Subscription>();

  constructor(
    private readonly max: number,
    private readonly identity: object,
  ) {}

  /**
   * Opens a stream; `isKnown` tells which resources there are for this caller. The client is told what it will hear of, and the
   * stream is over at once where that is nothing. Throws `ProtocolError`.
   */
  listen(
    { id, params }: { id: MessageId; params?: Record<string, unknown> },
    sink: ModernSink,
    isKnown: (uri: string) => Promise<boolean>,
  ): ModernExchange {
    if (this.open.size >= this.max) {
      throw new ProtocolError(
        ErrorCode.internalError,
        `Too many open subscriptions (at most ${this.max})`,
      );
    }
    const asked = toFilter(params?.notifications, this.max);
    let over = false;
    const mark = { [subscriptionKey]: id };
    const start = (filter: Filter): Subscription => ({
      filter,
      isKnown,
      uris: new Set(filter.resourceSubscriptions),
      tell: (method, about) =>
        sink.send({ jsonrpc: '2.0', method, params: { ...about, _meta: mark } }, false),
      end: () => {
        this.open.delete(subscription);
        if (over) return;
        over = true;
        const _meta = { ...mark, [serverInfoKey]: this.identity };
        sink.send({ jsonrpc: '2.0', id, result: { resultType: 'complete', _meta } }, false);
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
    if ((await one.isKnown(uri)) && this.open.has(one))
      one.tell('notifications/resources/updated', { uri });
  }

  /** Ends every stream with its result. */
  closeAll(): void {
    for (const one of this.open) one.end();
  }
}

async function honoured(
  { resourceSubscriptions = [], ...filter }: Filter,
  isKnown: (uri: string) => Promise<boolean>,
): Promise<Filter> {
  const known: string[] = [];
  for (const uri of resourceSubscriptions) {
    if (await isKnown(uri)) known.push(uri);
  }
  return { ...filter, ...(known.length > 0 && { resourceSubscriptions: known }) };
}

function toFilter(given: unknown, max: number): Filter {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid();
  const filter: Filter = {};
  for (const flag of flags) {
    const value = (given as Record<string, unknown>)[flag];
    if (value !== undefined && typeof value !== 'boolean') throw invalid();
    if (value) filter[flag] = true;
  }
  const { resourceSubscriptions: uris } = given as Filter;
  if (uris === undefined) return filter;
  if (!Array.isArray(uris) || uris.length > max || uris.some((uri) => typeof uri !== 'string')) {
    throw invalid();
  }
  return { ...filter, resourceSubscriptions: [...new Set(uris)] };
}

function invalid(): ProtocolError {
  return new ProtocolError(
    ErrorCode.invalidParams,
    `notifications must be an object of ${flags.join(', ')} (booleans) and resourceSubscriptions (a list of URIs)`,
  );
}

import { clearTimeout, setTimeout } from 'node:timers';
import { setImmediate } from 'node:timers/promises';
import {
  isRequest,
  toErrorAnswer,
  type Message,
  type MessageId,
  type RequestMessage,
} from '../protocol/json-rpc.js';
import { McpTestError } from './mcp-test.error.js';
import { noRecords, record, type McpTestProgress, type McpTestRecords } from './test-records.js';
import type { TestWire } from './test-wire.js';
import type { WireLog } from './wire-log.js';

/** Options of one request of the test client. */
export interface McpTestRequestOptions {
  /** Cancels the request; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Time limit in ms, after which the request fails with the latest messages. Default: that of the client. */
  readonly timeout?: number;
  /** Receives each progress notification. */
  readonly onProgress?: (progress: McpTestProgress) => void;
  /** Added to `_meta` of the request. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** A notification that belongs to no call. */
export interface McpTestNotification {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A request that has no answer yet. */
export interface Pending {
  readonly records: McpTestRecords;
  readonly options: McpTestRequestOptions;
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** The parts of the conversation that depend on the era. */
export interface ConversationHooks {
  /** Answers a request of the server. */
  onRequest(message: Message & { id: MessageId; method: string }, asking: readonly Pending[]): void;
  onNotification(notification: McpTestNotification): void;
}

/** JSON-RPC over one transport: numbers requests, matches answers, and reports the latest messages if one fails. */
export class TestConversation {
  private readonly pending = new Map<MessageId, Pending>();
  private lastId = 0;

  constructor(
    private readonly wire: TestWire,
    private readonly log: WireLog,
    private readonly timeout: number,
    private readonly hooks: ConversationHooks,
  ) {}

  /** Opens the transport. */
  open(): Promise<void> {
    return this.wire.open((message, about) => this.receive(message, about));
  }

  /** Sends a request and resolves with its result. `byStream`: it is cancelled by closing its stream. */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: McpTestRequestOptions = {},
    records: McpTestRecords = noRecords(),
    byStream = false,
  ): Promise<Record<string, unknown>> {
    const id = ++this.lastId;
    const stream = new AbortController();
    const { signal, timeout = this.timeout } = options;
    const meta = { ...(params._meta as object | undefined), ...options.meta };
    const sent = { ...params, _meta: { progressToken: id, ...meta } };
    const cancel = (reason: string): void => {
      if (byStream) stream.abort();
      else this.notify('notifications/cancelled', { requestId: id, reason }).catch(() => undefined);
    };
    return new Promise<Record<string, unknown>>((resolve, reject) => {
      const onAbort = (): void => {
        end();
        cancel('The test has cancelled the request.');
        reject(signal?.reason as Error);
      };
      const onTimeout = (): void => {
        end();
        cancel('The test has waited long enough.');
        reject(this.log.explain(`${method} got no answer within ${timeout} ms.`));
      };
      const timer = timeout === Infinity ? undefined : setTimeout(onTimeout, timeout);
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.pending.delete(id);
      };
      if (signal?.aborted) {
        clearTimeout(timer);
        reject(signal.reason as Error);
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T): void => {
          if (!this.pending.has(id)) return;
          end();
          how(value);
        };
      const fail = settle<unknown>(reject);
      this.pending.set(id, { records, options, resolve: settle(resolve), reject: fail });
      this.deliver({ jsonrpc: '2.0', id, method, params: sent }, stream.signal).catch(fail);
    });
  }

  /** Sends a notification. */
  notify(method: string, params?: Record<string, unknown>): Promise<void> {
    return this.send({ jsonrpc: '2.0', method, ...(params && { params }) });
  }

  /** Sends the answer to a request of the server. */
  answer(message: Message): Promise<void> {
    return this.send(message);
  }

  /** Rejects all pending requests, then closes the transport. */
  async close(): Promise<void> {
    await this.wire.close();
    for (const { reject } of this.pending.values()) {
      reject(new McpTestError('The test client was closed before the answer came.'));
    }
  }

  private async send(message: Message, signal?: AbortSignal): Promise<void> {
    this.log.add('→', message);
    // Like a socket: messages within one turn of the event loop would block timers and files, and a test that sends
    // requests in a loop would never end.
    await setImmediate();
    await this.wire.send(message, signal);
  }

  /** Sends a request. Rejects if it has a stream of its own that ends without the answer. */
  private async deliver(message: RequestMessage, signal: AbortSignal): Promise<void> {
    await this.send(message, signal);
    if (this.wire.cancelsByStream && this.pending.has(message.id)) {
      throw this.log.explain(`The stream of ${message.method} has ended without an answer.`);
    }
  }

  private receive(message: Message, about: MessageId | undefined): void {
    this.log.add('←', message);
    if (!('method' in message)) {
      this.settle(message);
      return;
    }
    const own = about === undefined ? undefined : this.pending.get(about);
    const asking = own ? [own] : [...this.pending.values()];
    if (isRequest(message)) this.hooks.onRequest(message, asking);
    else this.note(message.method, message.params ?? {}, asking);
  }

  private settle(message: Message): void {
    const { id, result, error } = message as {
      id?: MessageId;
      result?: Record<string, unknown>;
      error?: Parameters<typeof toErrorAnswer>[1];
    };
    const waiting = id === undefined ? undefined : this.pending.get(id);
    if (!waiting) return;
    if (error) waiting.reject(new McpTestError(error.message, error));
    else waiting.resolve(result ?? {});
  }

  private note(
    method: string,
    params: Readonly<Record<string, unknown>>,
    asking: readonly Pending[],
  ): void {
    if (method === 'notifications/progress') {
      const waiting = this.pending.get(params.progressToken as MessageId);
      if (!waiting) return;
      record(waiting.records, method, params);
      waiting.options.onProgress?.(waiting.records.progress.at(-1) as McpTestProgress);
    } else if (method === 'notifications/message' && asking.length > 0) {
      for (const { records } of asking) record(records, method, params);
    } else this.hooks.onNotification({ method, params });
  }
}

import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { BackplaneError } from './backplane.error.js';
import type { McpBackplane, McpBackplaneLink } from './mcp-backplane.js';
import { readJson } from './shared-json.js';

/** What a message says beside its topic. Another version of the application may have written it: a reader checks what it uses. */
export type NewsBody = Readonly<Record<string, unknown>>;

type Listener = (body: NewsBody) => void;

interface News {
  readonly topic: string;
  readonly body: NewsBody;
}

const NOTHING: News = { topic: '', body: {} };

/** ms between two tries to reach a process that is alive but takes no message at the moment. */
const RETRY_DELAY = 500;

/** Characters from which a message is kept as a record and fetched: engines close connections that have too much to take. */
const LARGE = 256 * 1024;
/** ms that a large message is kept. */
const LARGE_TTL = 60_000;
/** The topic of the message that stands for a large one. */
const KEPT = 'message.kept';

/** One server's link to its other processes: reads and writes what they share, sends them news, and receives theirs. */
export class ProcessLink {
  /** Id of this process. */
  readonly process = randomUUID();
  private link: McpBackplaneLink | undefined;
  private readonly topics = new Map<string, Listener[]>();
  private readonly onLeft: ((process: string) => void)[] = [];
  private readonly onMissed: (() => void)[] = [];
  private readonly onEmptied: (() => void)[] = [];
  /** What is being written or read: none of it may be lost when the process leaves. Each ends by the time limit of the engine. */
  private readonly pending = new Set<Promise<unknown>>();
  /** What is received later waits for a large message that is being fetched. */
  private fetching: Promise<void> | undefined;
  private isLeaving = false;

  constructor(
    private readonly backplane: McpBackplane,
    private readonly server: string,
    private readonly logger: LoggerService,
  ) {}

  /** Joins the other processes. Throws `McpConfigurationError` where the engine cannot be reached. */
  async join(): Promise<void> {
    try {
      this.link = await this.backplane.join({
        server: this.server,
        process: this.process,
        receive: (message) => this.receive(message),
        left: (process) => this.onLeft.forEach((listener) => listener(process)),
        missed: () => this.onMissed.forEach((listener) => listener()),
        emptied: () => this.onEmptied.forEach((listener) => listener()),
      });
    } catch (error) {
      throw new McpConfigurationError(
        'backplane',
        `the processes of server '${this.server}' cannot be joined: ${(error as Error).message}`,
        'Check that the engine behind it runs, and that its address and its credentials are right.',
      );
    }
  }

  /** Receives every message of that topic which another process sends. */
  on(topic: string, listener: Listener): void {
    const listeners = this.topics.get(topic);
    if (listeners) listeners.push(listener);
    else this.topics.set(topic, [listener]);
  }

  /** Calls back when another process is gone. */
  whenLeft(listener: (process: string) => void): void {
    this.onLeft.push(listener);
  }

  /** Calls back when messages of other processes may not have come through. */
  whenMissed(listener: () => void): void {
    this.onMissed.push(listener);
  }

  /** Calls back when everything that was shared is gone. */
  whenEmptied(listener: () => void): void {
    this.onEmptied.push(listener);
  }

  /** Reads or writes what the processes share. Throws `BackplaneError`. */
  async run<T>(work: (link: McpBackplaneLink) => Promise<T>): Promise<T> {
    if (!this.link) throw new BackplaneError('the processes are not joined');
    const working = work(this.link);
    this.pending.add(working);
    try {
      return await working;
    } catch (error) {
      throw new BackplaneError(error);
    } finally {
      this.pending.delete(working);
    }
  }

  /** The same, where nobody waits for it: a failure is logged. */
  attempt(work: (link: McpBackplaneLink) => Promise<unknown>): void {
    void this.run(work).catch((error: BackplaneError) => this.logFailure(error));
  }

  /** Sends a message to one process, or to all the others. `false`: the process is gone. Throws `BackplaneError`. */
  publish(topic: string, body: NewsBody, process?: string): Promise<boolean> {
    const message = JSON.stringify({ topic, body });
    return this.run(async (link) => {
      if (message.length < LARGE) return link.publish(message, process);
      const key = `message:${randomUUID()}`;
      await link.create(key, { message }, { ttl: LARGE_TTL });
      return link.publish(JSON.stringify({ topic: KEPT, body: { key } }), process);
    });
  }

  /** Sends a message to all other processes; a failure is logged. */
  announce(topic: string, body: NewsBody): void {
    void this.publish(topic, body).catch((error: BackplaneError) => this.logFailure(error));
  }

  /** Sends a message to one process, again and again while that is alive. `false`: it is gone, and the message with it. */
  async deliver(topic: string, body: NewsBody, process: string): Promise<boolean> {
    for (;;) {
      try {
        if (await this.publish(topic, body, process)) return true;
        if (this.isLeaving || !(await this.run((link) => link.isAlive(process)))) return false;
      } catch (error) {
        this.logFailure(error as BackplaneError);
        if (this.isLeaving) return false;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY).unref());
    }
  }

  /** Leaves the other processes. Never rejects. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    while (this.pending.size > 0) await Promise.allSettled(this.pending);
    await this.link?.leave().catch((error: unknown) => this.logFailure(new BackplaneError(error)));
    this.link = undefined;
  }

  private receive(text: string): void {
    const message = parse(text);
    const { fetching } = this;
    if (!fetching && message.topic !== KEPT) {
      this.hand(message);
      return;
    }
    const taken = this.takeLater(message, fetching);
    this.fetching = taken;
    void taken.finally(() => {
      if (this.fetching === taken) this.fetching = undefined;
    });
  }

  private async takeLater(message: News, before: Promise<void> | undefined): Promise<void> {
    await before;
    this.hand(message.topic === KEPT ? await this.fetch(message) : message);
  }

  /** The large message that a message stands for. Never rejects. */
  private async fetch({ body: { key } }: News): Promise<News> {
    const end = performance.now() + LARGE_TTL;
    while (!this.isLeaving && performance.now() < end) {
      try {
        const fields = await this.run((link) => link.read(String(key)));
        if (fields?.message === undefined) break;
        return parse(fields.message);
      } catch (error) {
        this.logFailure(error as BackplaneError);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY).unref());
    }
    this.logger.error('backplane: a message of another process was lost');
    return NOTHING;
  }

  private hand({ topic, body }: News): void {
    const listeners = this.topics.get(topic);
    if (!listeners) {
      this.logger.debug?.('backplane: a message that this version of the server does not know');
      return;
    }
    try {
      for (const listener of listeners) listener(body);
    } catch (error) {
      this.logger.error(`backplane: a message about ${topic} was not taken: ${String(error)}`);
    }
  }

  private logFailure({ cause }: BackplaneError): void {
    if (!this.isLeaving) this.logger.error(`backplane: ${String(cause)}`);
  }
}

function parse(message: string): News {
  const { topic, body } = (readJson(message) ?? {}) as { topic?: unknown; body?: unknown };
  if (typeof topic !== 'string' || typeof body !== 'object' || body === null) return NOTHING;
  return { topic, body: body as NewsBody };
}

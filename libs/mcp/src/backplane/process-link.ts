import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { BackplaneError } from './backplane.error.js';
import type { McpBackplane, McpBackplaneLink } from './mcp-backplane.js';
import { readJson } from './shared-json.js';

/** The content of a message besides its topic. It may come from another version of the application, so a reader must check it. */
export type NewsBody = Readonly<Record<string, unknown>>;

type Listener = (body: NewsBody) => void;

interface News {
  readonly topic: string;
  readonly body: NewsBody;
}

const NOTHING: News = { topic: '', body: {} };

/** Interval in ms between two attempts to reach a live process that receives no message at the moment. */
const RETRY_DELAY = 500;

/**
 * Length in characters from which a message is stored as a record and fetched by its receiver, because engines close
 * connections with large backlogs.
 */
const LARGE = 256 * 1024;
/** Time in ms that a large message is stored. */
const LARGE_TTL = 60_000;
/** The topic of the message that refers to a large one. */
const KEPT = 'message.kept';

/** One server's link to its other processes: access to the shared data, and messages in both directions. */
export class ProcessLink {
  /** The id of this process. */
  readonly process = randomUUID();
  private link: McpBackplaneLink | undefined;
  private readonly topics = new Map<string, Listener[]>();
  private readonly onLeft: ((process: string) => void)[] = [];
  private readonly onMissed: (() => void)[] = [];
  private readonly onEmptied: (() => void)[] = [];
  /** Operations in progress, which must be finished before the process leaves. Each ends by the time limit of the engine. */
  private readonly pending = new Set<Promise<unknown>>();
  /** Later messages wait for a large one that is being fetched. */
  private fetching: Promise<void> | undefined;
  private isLeaving = false;

  constructor(
    private readonly backplane: McpBackplane,
    private readonly server: string,
    private readonly logger: LoggerService,
  ) {}

  /** Joins the other processes. Throws `McpConfigurationError` if the engine cannot be reached. */
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

  /** Registers a listener for messages of that topic from other processes. */
  on(topic: string, listener: Listener): void {
    const listeners = this.topics.get(topic);
    if (listeners) listeners.push(listener);
    else this.topics.set(topic, [listener]);
  }

  /** Registers a listener for processes that are gone. */
  whenLeft(listener: (process: string) => void): void {
    this.onLeft.push(listener);
  }

  /** Registers a listener for messages that may be lost. */
  whenMissed(listener: () => void): void {
    this.onMissed.push(listener);
  }

  /** Registers a listener for the loss of all shared data. */
  whenEmptied(listener: () => void): void {
    this.onEmptied.push(listener);
  }

  /** Reads or writes shared data. Throws `BackplaneError`. */
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

  /** The same without a result: a failure is logged. */
  attempt(work: (link: McpBackplaneLink) => Promise<unknown>): void {
    void this.run(work).catch((error: BackplaneError) => this.logFailure(error));
  }

  /** Sends a message to one process, or to all others. Resolves with `false` if the process is gone. Throws `BackplaneError`. */
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

  /**
   * Sends a message to one process, repeatedly while that process is alive. Resolves with `false` if it is gone, and
   * the message is lost.
   */
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

  /** Fetches the large message that a message refers to. Never rejects. */
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

import { randomUUID } from 'node:crypto';
import type {
  McpBackplaneBudget,
  McpBackplaneEntry,
  McpBackplaneLink,
  McpBackplaneLogOptions,
  McpBackplaneMember,
  McpBackplaneRecordOptions,
} from '../backplane/mcp-backplane.js';
import type { RedisConnection } from './redis-client.js';
import { LIVENESS, RedisLiveness, type Beat } from './redis-liveness.js';
import * as scripts from './redis-scripts.js';

/** Time limit in ms of one Redis command. */
const COMMAND_TIMEOUT = 3_000;
/** Separates the id of the sending process from its message. */
const SENDER = '\n';

/** The connections of one server in one process. */
export interface RedisConnections {
  readonly commands: RedisConnection;
  readonly messages: RedisConnection;
  /** Closes the connections, except the application's own. */
  close(): void;
}

/** One server's data in Redis. All its keys have one hash tag, so that a script may access any of them. */
export class RedisLink implements McpBackplaneLink {
  private readonly liveness: RedisLiveness;
  private readonly space: string;

  constructor(
    private readonly connections: RedisConnections,
    keyPrefix: string,
    private readonly member: McpBackplaneMember,
  ) {
    this.space = `${keyPrefix}{${encodeURIComponent(member.server)}}:`;
    this.liveness = new RedisLiveness(member, () => this.beat());
  }

  /** Starts to receive messages and to send heartbeats. */
  async open(): Promise<void> {
    const { member } = this;
    await this.connections.messages.subscribe(
      [this.key('all'), this.key(`to:${member.process}`)],
      (text) => this.receive(text),
      () => member.missed(),
    );
    await this.liveness.start();
  }

  async create(
    key: string,
    fields: Readonly<Record<string, string>>,
    { ttl, counters = [] }: McpBackplaneRecordOptions,
  ): Promise<boolean> {
    const keys = [key, ...counters.map(({ name }) => name)];
    const bounds = counters.map(({ max }) => (Number.isFinite(max) ? max : -1));
    const rest = Object.entries(fields).flat();
    return (await this.run(scripts.createRecord, keys, [ttl, key, ...bounds, ...rest])) === 1;
  }

  async read(key: string): Promise<Readonly<Record<string, string>> | undefined> {
    const flat = (await this.run(scripts.readRecord, [key])) as string[];
    if (flat.length === 0) return undefined;
    const pairs = flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : []));
    return Object.fromEntries(pairs) as Record<string, string>;
  }

  async change(
    key: string,
    set: Readonly<Record<string, string>>,
    remove: readonly string[] = [],
  ): Promise<boolean> {
    const pairs = Object.entries(set);
    const args = [pairs.length, ...pairs.flat(), ...remove];
    return (await this.run(scripts.changeRecord, [key], args)) === 1;
  }

  async claim(
    key: string,
    field: string,
    value: string,
    instead = '',
  ): Promise<string | undefined> {
    const held = await this.run(scripts.claimField, [key], [field, value, instead]);
    return typeof held === 'string' ? held : undefined;
  }

  async touch(key: string, { ttl, counters = [] }: McpBackplaneRecordOptions): Promise<boolean> {
    const keys = [key, ...counters.map(({ name }) => name)];
    return (await this.run(scripts.touchRecord, keys, [ttl, key])) === 1;
  }

  async delete(key: string, counters: readonly string[] = [], budget = 'none'): Promise<void> {
    const { keys } = budgetOf({ name: budget, bytes: 0 });
    await this.run(scripts.deleteKeys, [key, ...keys, bytesOf(key), ...counters], [key]);
  }

  async charge(key: string, bytes: number, budget: McpBackplaneBudget): Promise<void> {
    const { keys, args } = budgetOf(budget);
    await this.run(scripts.chargeRecord, [key, ...keys], [...args, bytes]);
  }

  async count(counter: string): Promise<number> {
    return Number(await this.run(scripts.countMembers, [counter]));
  }

  async append(log: string, text: string, options: McpBackplaneLogOptions): Promise<void> {
    const { ttl, entries, bytes, budget } = options;
    const { keys, args } = budgetOf(budget);
    const most = Math.min(bytes, budget?.bytes ?? bytes);
    await this.run(
      scripts.appendEntry,
      [log, ...keys, bytesOf(log)],
      [...args, text, ttl, entries, most],
    );
  }

  async entries(log: string, after?: string): Promise<readonly McpBackplaneEntry[]> {
    const from = after === undefined ? '-' : `(${after}`;
    const found = (await this.run(scripts.readEntries, [log], [from])) as [string, string[]][];
    return found.map(([position, [, text = '']]) => ({ position, text }));
  }

  async publish(message: string, process?: string): Promise<boolean> {
    const channel = this.key(process === undefined ? 'all' : `to:${process}`);
    const text = this.member.process + SENDER + message;
    const receivers = await this.command('PUBLISH', channel, text);
    return process === undefined || Number(receivers) > 0;
  }

  async isAlive(process: string): Promise<boolean> {
    const age = await this.run(scripts.ageOf, ['processes'], [process, this.member.process]);
    return age !== null && (Number(age) < LIVENESS || this.liveness.isGrace);
  }

  async leave(): Promise<void> {
    this.liveness.stop();
    try {
      await this.command('ZREM', this.key('processes'), this.member.process);
    } finally {
      this.connections.close();
    }
  }

  private async beat(): Promise<Beat> {
    const args = [this.member.process, LIVENESS, randomUUID()];
    const found = await this.run(scripts.beat, ['processes', 'mark'], args);
    const [mark, alive, dead, added] = found as [string, string[], string[], number];
    const others = alive.filter((process) => process !== this.member.process);
    return { mark, alive: others, dead, wasForgotten: added === 1 };
  }

  private receive(text: string): void {
    const at = text.indexOf(SENDER);
    if (at > 0 && text.slice(0, at) !== this.member.process) {
      this.member.receive(text.slice(at + 1));
    }
  }

  private key(name: string): string {
    return this.space + name;
  }

  private run(
    script: string,
    keys: readonly string[],
    args: readonly (string | number)[] = [],
  ): Promise<unknown> {
    const names = keys.map((name) => this.key(name));
    return this.command('EVAL', script, String(names.length), ...names, ...args.map(String));
  }

  private command(...args: string[]): Promise<unknown> {
    return limited(this.connections.commands.command(...args));
  }
}

/** Rejects if Redis does not answer in time. */
export async function limited<T>(work: Promise<T>, timeout = COMMAND_TIMEOUT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Redis did not answer within ${timeout} ms`)),
      timeout,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The arguments of a budget for scripts. */
function budgetOf({ name, bytes }: McpBackplaneBudget = { name: 'none', bytes: Infinity }) {
  const max = Number.isFinite(bytes) ? bytes : -1;
  return { keys: [`budget:${name}`, `budget:${name}:bytes`], args: [max] };
}

function bytesOf(log: string): string {
  return `${log}:bytes`;
}

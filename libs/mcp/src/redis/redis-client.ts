import { McpConfigurationError } from '../errors/configuration.error.js';

/** A client of the package `ioredis` that the application has. */
export interface IoredisClient {
  /** Sends any command. */
  call(command: string, ...args: string[]): Promise<unknown>;
  /** Another connection with the same settings. */
  duplicate(): object;
}

/** A client of the package `redis` that the application has and has connected. */
export interface NodeRedisClient {
  /** Sends any command. */
  sendCommand(args: string[]): Promise<unknown>;
  /** Another connection with the same settings. */
  duplicate(): object;
}

/** One connection to Redis, whichever library it is of. */
export interface RedisConnection {
  command(...args: string[]): Promise<unknown>;
  /** Calls back with every message of these channels, and when the connection was lost and is there again. */
  subscribe(
    channels: readonly string[],
    listener: (message: string) => void,
    reconnected: () => void,
  ): Promise<void>;
  /** A connection of its own to the same Redis. */
  duplicate(): Promise<RedisConnection>;
  /** Ends the connection. */
  close(): void;
}

interface Ioredis extends IoredisClient {
  duplicate(settings?: object): Ioredis;
  on(event: string, listener: (...args: string[]) => void): void;
  subscribe(...channels: string[]): Promise<unknown>;
  disconnect(): void;
}

interface NodeRedis extends NodeRedisClient {
  on(event: string, listener: () => void): void;
  connect(): Promise<unknown>;
  subscribe(channels: string[], listener: (message: string) => void): Promise<void>;
  destroy(): void;
}

/** What a client of `createCluster`, `createSentinel` or `createClientPool` has and one of a single server has not. */
const ofSeveral = ['slots', 'acquire', 'totalClients'];

/** Throws `McpConfigurationError` for a client of several servers. */
export function assertSingle(client: object): void {
  // They count the subscribers of one node alone, or do not know where a script belongs.
  const isCluster = 'isCluster' in client && client.isCluster === true;
  if (!isCluster && !ofSeveral.some((name) => name in client)) return;
  throw new McpConfigurationError(
    'redisBackplane',
    'the client is one of a cluster, of sentinels or of a pool.',
    'Give it a client of one server (that of ioredis also finds the master by `sentinels`), or its url.',
  );
}

/** A connection that speaks through the application's client. */
export function toConnection(client: IoredisClient | NodeRedisClient): RedisConnection {
  return 'call' in client
    ? new IoredisConnection(client as Ioredis)
    : new NodeRedisConnection(client as NodeRedis);
}

/** A connection of its own, by `ioredis` or else `redis`, whichever is installed. Throws where neither is. */
export async function openConnection(url: string): Promise<RedisConnection> {
  const ioredis = await import('ioredis').catch(() => undefined);
  if (ioredis) {
    const settings = { enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: false };
    return watched(new IoredisConnection(new ioredis.Redis(url, settings) as unknown as Ioredis));
  }
  const library = await import('redis').catch(() => undefined);
  if (!library) throw new Error("neither 'ioredis' nor 'redis' is installed.");
  const client = library.createClient({ url, disableOfflineQueue: true }) as unknown as NodeRedis;
  const connection = watched(new NodeRedisConnection(client));
  // It tries again by itself; the caller waits until it answers.
  client.connect().catch(() => undefined);
  return connection;
}

/** What is wrong with a connection is known from its commands, which fail. */
function watched<T extends { ignoreErrors(): void }>(connection: T): T {
  connection.ignoreErrors();
  return connection;
}

class IoredisConnection implements RedisConnection {
  constructor(private readonly client: Ioredis) {}

  ignoreErrors(): void {
    this.client.on('error', () => undefined);
  }

  command(...args: string[]): Promise<unknown> {
    const [command = '', ...rest] = args;
    return this.client.call(command, ...rest);
  }

  async subscribe(
    channels: readonly string[],
    listener: (message: string) => void,
    reconnected: () => void,
  ): Promise<void> {
    this.client.on('message', (_channel, message) => listener(message ?? ''));
    await this.client.subscribe(...channels);
    // Where that fails, the connection is lost again, and will be there again.
    this.client.on('ready', () => {
      this.client.subscribe(...channels).then(reconnected, () => undefined);
    });
  }

  async duplicate(): Promise<RedisConnection> {
    // Left to itself, the library would subscribe again and leave a failure of that to nobody, which ends the process.
    const settings = {
      enableOfflineQueue: true,
      maxRetriesPerRequest: null,
      autoResubscribe: false,
    };
    return watched(new IoredisConnection(this.client.duplicate(settings)));
  }

  close(): void {
    this.client.disconnect();
  }
}

class NodeRedisConnection implements RedisConnection {
  constructor(private readonly client: NodeRedis) {}

  ignoreErrors(): void {
    this.client.on('error', () => undefined);
  }

  command(...args: string[]): Promise<unknown> {
    return this.client.sendCommand(args);
  }

  async subscribe(
    channels: readonly string[],
    listener: (message: string) => void,
    reconnected: () => void,
  ): Promise<void> {
    await this.client.subscribe([...channels], listener);
    this.client.on('ready', reconnected);
  }

  async duplicate(): Promise<RedisConnection> {
    const client = this.client.duplicate() as NodeRedis;
    const connection = watched(new NodeRedisConnection(client));
    await client.connect();
    return connection;
  }

  close(): void {
    this.client.destroy();
  }
}

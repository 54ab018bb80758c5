import { McpConfigurationError } from '../errors/configuration.error.js';

/** The application's client of the package `ioredis`. */
export interface IoredisClient {
  /** Sends any command. */
  call(command: string, ...args: string[]): Promise<unknown>;
  /** Creates another connection with the same settings. */
  duplicate(): object;
}

/** The application's connected client of the package `redis`. */
export interface NodeRedisClient {
  /** Sends any command. */
  sendCommand(args: string[]): Promise<unknown>;
  /** Creates another connection with the same settings. */
  duplicate(): object;
}

/** One connection to Redis, of either library. */
export interface RedisConnection {
  command(...args: string[]): Promise<unknown>;
  /** Subscribes to these channels. The callbacks receive every message, and each reconnection. */
  subscribe(
    channels: readonly string[],
    listener: (message: string) => void,
    reconnected: () => void,
  ): Promise<void>;
  /** Creates a separate connection to the same Redis. */
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

/**
 * Properties that clients of `createCluster`, `createSentinel` or `createClientPool` have, and a client of a single
 * server does not.
 */
const ofSeveral = ['slots', 'acquire', 'totalClients'];

/** Throws `McpConfigurationError` for a client of several servers. */
export function assertSingle(client: object): void {
  // Such clients count the subscribers of one node only, or cannot route a script.
  const isCluster = 'isCluster' in client && client.isCluster === true;
  if (!isCluster && !ofSeveral.some((name) => name in client)) return;
  throw new McpConfigurationError(
    'redisBackplane',
    'the client is one of a cluster, of sentinels or of a pool.',
    'Give it a client of one server (that of ioredis also finds the master by `sentinels`), or its url.',
  );
}

/** A connection that uses the application's client. */
export function toConnection(client: IoredisClient | NodeRedisClient): RedisConnection {
  return 'call' in client
    ? new IoredisConnection(client as Ioredis)
    : new NodeRedisConnection(client as NodeRedis);
}

/** Opens a connection with `ioredis` or else `redis`, whichever is installed. Throws if neither is. */
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
  // The library retries by itself; the caller waits until Redis answers.
  client.connect().catch(() => undefined);
  return connection;
}

/** Ignores errors of the connection itself, because its commands fail too. */
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
    // If that fails, the connection is lost again, and will be re-established.
    this.client.on('ready', () => {
      this.client.subscribe(...channels).then(reconnected, () => undefined);
    });
  }

  async duplicate(): Promise<RedisConnection> {
    // By default the library subscribes again by itself, and a failure of that is an unhandled rejection, which ends
    // the process.
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

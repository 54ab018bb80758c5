import type {
  McpBackplane,
  McpBackplaneLink,
  McpBackplaneMember,
} from '../backplane/mcp-backplane.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import {
  assertSingle,
  openConnection,
  toConnection,
  type IoredisClient,
  type NodeRedisClient,
  type RedisConnection,
} from './redis-client.js';
import { limited, RedisLink } from './redis-link.js';

/** Options of `redisBackplane()`: the connection to Redis, and how it is used. */
export interface RedisBackplaneOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. Give either this or `client`. */
  url?: string;
  /** The application's own client, of the package `ioredis` or `redis`. The server never closes it. */
  client?: IoredisClient | NodeRedisClient;
  /** Prefix of every key and channel. Applications that share a Redis need different ones. Default `'mcp:'`. */
  keyPrefix?: string;
  /** Time in ms to reach Redis at boot, after which the boot fails. Default 10,000. */
  connectTimeout?: number;
}

/** Interval in ms between two attempts at boot. */
const RETRY = 200;

/**
 * Lets several processes act as one server, over a Redis (6.2 or newer) that all of them can reach. Throws
 * `McpConfigurationError` if the options name no Redis or two, and for a client of a cluster.
 */
export function redisBackplane(options: RedisBackplaneOptions): McpBackplane {
  const { url, client, keyPrefix = 'mcp:', connectTimeout = 10_000 } = options;
  if ((url === undefined) === (client === undefined)) {
    throw new McpConfigurationError(
      'redisBackplane',
      'it needs either a url or a client.',
      "Give redisBackplane({ url: 'redis://localhost:6379' }), or the client that the application has.",
    );
  }
  if (client) assertSingle(client);
  return {
    async join(member: McpBackplaneMember): Promise<McpBackplaneLink> {
      const commands = client ? toConnection(client) : await openConnection(url as string);
      let messages: RedisConnection | undefined;
      const close = (): void => {
        messages?.close();
        if (!client) commands.close();
      };
      try {
        await answering(commands, connectTimeout);
        messages = await limited(commands.duplicate());
        const link = new RedisLink({ commands, messages, close }, keyPrefix, member);
        await limited(link.open(), connectTimeout);
        return link;
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

/** Resolves when Redis answers. Rejects with its last error. */
async function answering(connection: RedisConnection, timeout: number): Promise<void> {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      await limited(connection.command('PING'), Math.max(1, end - performance.now()));
      return;
    } catch (error) {
      if (performance.now() + RETRY >= end) {
        throw new Error(`Redis did not answer within ${timeout} ms (${(error as Error).message})`, {
          cause: error,
        });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY));
  }
}

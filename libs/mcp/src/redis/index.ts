/**
 * Runs several processes as one server, over Redis.
 *
 * @module nestjs-mcp/redis
 */

export { redisBackplane, type RedisBackplaneOptions } from './redis-backplane.js';
export type { IoredisClient, NodeRedisClient } from './redis-client.js';

/**
 * Several processes as one server, by Redis.
 *
 * @module nestjs-mcp/redis
 */

export { redisBackplane, type RedisBackplaneOptions } from './redis-backplane.js';
export type { IoredisClient, NodeRedisClient } from './redis-client.js';

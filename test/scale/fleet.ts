import type { Type } from '@nestjs/common';
import { sse, streamableHttp, type McpModuleOptions } from 'nestjs-mcp';
import { redisBackplane } from 'nestjs-mcp/redis';
import { startStory, type Story } from '../protocol/story.app.js';
import { StoryService } from '../protocol/story.service.js';
import { TestRedis } from './redis.server.js';

/** The client's answers to the questions of `ask_all`. */
export const answers = {
  elicit: () => ({ action: 'accept', content: { city: 'Rome', nights: 2 } }),
  sample: () => ({ role: 'assistant', content: { type: 'text', text: 'Hi' }, model: 'm' }),
  roots: () => ({ roots: [{ uri: 'file:///r' }] }),
};

/** Starts several applications of one server, each with its own port and its own connections to Redis. */
export async function startFleet(
  redis: TestRedis,
  count: number,
  options: Partial<McpModuleOptions> = {},
  providers: Type[] = [StoryService],
) {
  const stories: Story[] = [];
  for (let i = 0; i < count; i++) {
    stories.push(
      await startStory(
        {
          transports: [streamableHttp(), sse()],
          backplane: redisBackplane({ url: redis.url }),
          ...options,
        },
        providers,
      ),
    );
  }
  const urls = stories.map(({ url }) => url);
  return {
    stories,
    urls,
    /** Sends every request to the next application, as a balancer without sticky sessions does. */
    balance: balancer(urls),
    close: async () => {
      await Promise.all(stories.map((story) => story.close()));
    },
  };
}

export type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** A `fetch` that sends each request to another origin than the one before. */
export function balancer(urls: readonly string[]): typeof fetch {
  let next = 0;
  return (input, init) => {
    const given = new URL(input instanceof Request ? input.url : input);
    const target = new URL(urls[next++ % urls.length] as string);
    given.host = target.host;
    return fetch(given, init);
  };
}

/** Starts a fleet with its own Redis, which ends with it. */
export async function startShared(
  count: number,
  options?: Partial<McpModuleOptions>,
  providers?: Type[],
) {
  const redis = await TestRedis.start();
  const fleet = await startFleet(redis, count, options, providers);
  return {
    ...fleet,
    redis,
    close: async () => {
      await fleet.close();
      await redis.end();
    },
  };
}

export type Shared = Awaited<ReturnType<typeof startShared>>;

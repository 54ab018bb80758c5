import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { McpModule, sse, stdio, streamableHttp, type McpModuleOptions } from 'nestjs-mcp';
import { StoryService } from './story.service.js';

/** Starts the story service (or others) over every transport, on a free port and on a pair of pipes. */
export async function startStory(
  options: Partial<McpModuleOptions> = {},
  providers: Type[] = [StoryService],
  platform: 'express' | 'fastify' = 'express',
) {
  const pipes = { input: new PassThrough(), output: new PassThrough() };

  @Module({
    imports: [
      McpModule.forRoot({
        name: 'story',
        version: '1.0.0',
        stateSecret: 'only a test knows this one, of 32 bytes',
        transports: [streamableHttp(), sse(), stdio(pipes)],
        ...options,
      }),
    ],
    providers,
  })
  class StoryModule {}

  const adapter = platform === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(StoryModule, adapter as ExpressAdapter, {
    logger: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, pipes, url: `http://127.0.0.1:${port}`, close: () => app.close() };
}

export type Story = Awaited<ReturnType<typeof startStory>>;

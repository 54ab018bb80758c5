import { PassThrough } from 'node:stream';
import type { Type } from '@nestjs/common';
import { sse, stdio, streamableHttp, type McpModuleOptions } from 'nestjs-mcp';
import { startApp, type Adapter } from '../support/start-app.js';
import { StoryService } from './story.service.js';

/** Starts the story service (or others) over every transport, on a free port and on a pair of pipes. */
export async function startStory(
  options: Partial<McpModuleOptions> = {},
  providers: Type[] = [StoryService],
  adapter: Adapter = 'express',
) {
  const pipes = { input: new PassThrough(), output: new PassThrough() };
  const mcp = {
    name: 'story',
    stateSecret: 'only a test knows this one, of 32 bytes',
    transports: [streamableHttp(), sse(), stdio(pipes)],
    ...options,
  };
  return { ...(await startApp({ adapter, mcp, providers })), pipes };
}

export type Story = Awaited<ReturnType<typeof startStory>>;

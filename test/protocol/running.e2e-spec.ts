import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { McpContext, McpTool } from 'nestjs-mcp';
import { startApp } from '../support/start-app.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { startStory, type Story } from './story.app.js';
import {
  connectLegacy,
  connectModern,
  toModern,
  toPipes,
  toSse,
  toStreamable,
} from './story.clients.js';
import { watched } from './story.service.js';

const legacyWays = [
  ['Streamable HTTP', toStreamable],
  ['HTTP+SSE', toSse],
  ['stdio', toPipes],
] as const;

const modernWays = [
  ['Streamable HTTP', toModern],
  ['stdio', (story: Story) => toPipes(story) as never],
] as const;

describe.each(legacyWays)('A running call of a legacy client over %s', (_name, toTransport) => {
  it('sends log messages to the client from the level on that its session has set', async () => {
    const story = await startStory();
    const { legacy, call, close } = await connectLegacy(toTransport(story));
    const heard: unknown[] = [];
    legacy.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      heard.push([params.level, params.data, params.logger]);
    });
    await call('speak');
    expect(heard.splice(0)).toEqual([
      ['debug', 'd', undefined],
      ['info', { n: 1 }, 'story'],
      ['error', 'e', undefined],
    ]);
    await legacy.setLoggingLevel('warning');
    await call('speak');
    expect(heard).toEqual([['error', 'e', undefined]]);
    await expect(legacy.setLoggingLevel('loud' as never)).rejects.toMatchObject({ code: -32602 });
    await close();
    await story.close();
  });

  it('ends when the client cancels it', async () => {
    const story = await startStory();
    const { legacy, close } = await connectLegacy(toTransport(story));
    const waiting = once(watched.events, 'waiting');
    const aborted = once(watched.events, 'aborted');
    const controller = new AbortController();
    const result = legacy.callTool({ name: 'wait' }, undefined, { signal: controller.signal });
    await waiting;
    controller.abort('enough');
    await expect(result).rejects.toThrow('enough');
    await aborted;
    await legacy.ping();
    await close();
    await story.close();
  });
});

describe.each(modernWays)('A running call of a modern client over %s', (_name, toTransport) => {
  it('sends log messages to the client only if the request asks for them', async () => {
    const story = await startStory();
    const { modern, call, close } = await connectModern(toTransport(story));
    const heard: unknown[] = [];
    modern.setNotificationHandler('notifications/message', ({ params }) => {
      heard.push([params.level, params.data]);
    });
    await call('speak');
    expect(heard).toEqual([]);
    const _meta = { 'io.modelcontextprotocol/logLevel': 'info' };
    await modern.callTool({ name: 'speak', _meta });
    expect(heard).toEqual([
      ['info', { n: 1 }],
      ['error', 'e'],
    ]);
    await close();
    await story.close();
  });

  it('ends when the client cancels it, and reports progress until then', async () => {
    const story = await startStory();
    const { modern, close } = await connectModern(toTransport(story));
    const aborted = once(watched.events, 'aborted');
    const controller = new AbortController();
    const progress = new EventTarget();
    const reported = once(progress, 'reported');
    const result = modern.callTool(
      { name: 'wait' },
      {
        signal: controller.signal,
        onprogress: ({ progress: done, total }) =>
          progress.dispatchEvent(new CustomEvent('reported', { detail: [done, total] })),
      },
    );
    const [event] = (await reported) as [CustomEvent<unknown>];
    expect(event.detail).toEqual([1, 2]);
    controller.abort('enough');
    await expect(result).rejects.toThrow();
    await aborted;
    await close();
    await story.close();
  });
});

@Injectable()
class Careless {
  @McpTool({ description: 'Divides by the number of files, which may be 0.' })
  async count(context: McpContext) {
    await context.progress(1, 0 / 0, 'no total');
    await context.progress(0 / 0, 2, 'NaN');
    await context.progress(1 / 0, 2, 'infinite');
    await context.progress('2' as never, 2, 'a text');
    await context.progress(2, 1 / 0, 'an infinite total');
    await context.progress(3, 10n as never, 'a bigint');
    await context.progress(4, 4, 'whole');
    return 'counted';
  }
}

describe.each(['legacy', 'modern'] as const)('Progress in numbers that JSON cannot say', (era) => {
  it(`is not reported to a client of the ${era} era, and a total of that kind is left out`, async () => {
    const { client, close } = await startApp({ providers: [Careless] });
    const { progress, text } = await (await client({ era })).callTool('count');
    expect(text).toBe('counted');
    expect(progress).toEqual([
      { progress: 1, message: 'no total' },
      { progress: 2, message: 'an infinite total' },
      { progress: 3, message: 'a bigint' },
      { progress: 4, total: 4, message: 'whole' },
    ]);
    await close();
  });
});

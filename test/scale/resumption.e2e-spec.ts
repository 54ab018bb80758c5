import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { McpContext, McpParam, McpTool } from 'nestjs-mcp';
import { StoryService, watched } from '../protocol/story.service.js';
import { startShared, type Shared } from './fleet.js';
import { describeWithRedis } from './redis.server.js';
import { events, next, until, WireSession } from './wire.js';

@Injectable()
class Counting {
  @McpTool()
  async count(
    @McpParam('steps', { type: Number }) steps: number,
    @McpParam('bytes', { type: Number }) bytes: number,
    context: McpContext,
  ): Promise<string> {
    for (let step = 1; step <= steps; step++) await context.progress(step, steps);
    return 'x'.repeat(bytes);
  }
}

const call = (id: string, name: string) => ({
  id,
  method: 'tools/call',
  params: { name, _meta: { progressToken: id } },
});

describeWithRedis('A stream that its client resumes in another process', () => {
  let shared: Shared;
  let a: string;
  let b: string;

  beforeAll(async () => {
    shared = await startShared(2, {}, [StoryService, Counting]);
    [a, b] = shared.urls as [string, string];
  });

  afterAll(() => shared.close());

  it('continues with the messages of the call, up to its result', async () => {
    const session = await WireSession.open([a]);
    const stream = events(await session.post(a, call('1', 'poll')));
    const { id } = await next(stream, () => true);
    for await (const event of stream) expect(event).toBeUndefined();
    const resumed = events(await session.get(b, id));
    watched.events.dispatchEvent(new Event('go on'));
    const { message } = await next(resumed, (event) => event.message.id === '1');
    expect(message.result).toMatchObject({ content: [{ text: 'later' }] });
    for await (const event of resumed) expect(event).toBeUndefined();
  });

  it('has the result of a call that was answered meanwhile', async () => {
    const session = await WireSession.open([a]);
    const stream = events(await session.post(a, call('2', 'poll')));
    const { id } = await next(stream, () => true);
    for await (const event of stream) expect(event).toBeUndefined();
    watched.events.dispatchEvent(new Event('go on'));
    const resumed = events(await session.get(b, id));
    await next(resumed, (event) => event.message.id === '2');
  });

  it('is not closed by the process that runs the call, nor written by both', async () => {
    const session = await WireSession.open([a]);
    const waiting = once(watched.events, 'waiting');
    const first = events(await session.post(a, call('3', 'wait')));
    await waiting;
    const { id } = await next(first, () => true);
    const resumed = events(await session.get(b, id));
    // The connection that the client came from is given up.
    for await (const event of first) expect(event.message.method).toBe('notifications/progress');
    const seen: unknown[] = [];
    const read = (async () => {
      for await (const { message } of resumed) seen.push(message.method ?? message.id);
    })();
    await until(async () => seen.length > 0);
    await session.post(b, { method: 'notifications/cancelled', params: { requestId: '3' } });
    await read;
    expect(seen).toEqual(['notifications/progress']);
  });

  it('is refused if the session never had such an event', async () => {
    const session = await WireSession.open([a]);
    const other = await WireSession.open([a]);
    const stream = events(await other.get(a));
    const { id } = await next(stream, () => true);
    expect((await session.get(b, id)).status).toBe(400);
    expect((await session.get(b, `${session.id}/1/1`)).status).toBe(400);
    expect((await session.get(b, 'x'.repeat(2_000))).status).toBe(400);
    await stream.return(undefined);
  });

  it('is refused in every process if later events are missing, as with the store in memory', async () => {
    const session = await WireSession.open([a]);
    const idsOf = async (id: string, steps: number, bytes = 0): Promise<(string | undefined)[]> => {
      const params = { name: 'count', arguments: { steps, bytes }, _meta: { progressToken: id } };
      const response = await session.post(a, { id, method: 'tools/call', params });
      const ids: (string | undefined)[] = [];
      for await (const event of events(response)) ids.push(event.id);
      return ids;
    };
    const short = await idsOf('1', 1);
    const long = await idsOf('2', 1_200);
    for (const url of [a, b]) {
      // The result was dropped for the events of another call, or the first steps for later ones.
      expect((await session.get(url, short[0])).status).toBe(400);
      expect((await session.get(url, long[0])).status).toBe(400);
    }
    const rest = events(await session.get(a, long.at(-2)));
    await next(rest, ({ message }) => message.id === '2');
    const large = await idsOf('3', 1, 5 * 1024 * 1024);
    for (const url of [a, b]) expect((await session.get(url, large[0])).status).toBe(400);
  });

  it('has the notifications that were sent while the client was disconnected', async () => {
    const session = await WireSession.open([a]);
    const response = await session.get(a);
    const stream = events(response);
    const { id } = await next(stream, () => true);
    await stream.return(undefined);
    await session.ask(b, '1', 'tools/call', { name: 'grow' });
    const resumed = events(await session.get(b, id));
    await next(resumed, ({ message }) => message.method === 'notifications/tools/list_changed');
    await session.ask(a, '2', 'tools/call', { name: 'grow' });
    await next(resumed, ({ message }) => message.method === 'notifications/tools/list_changed');
    expect((await session.get(a)).status).toBe(409);
    await resumed.return(undefined);
  });
});

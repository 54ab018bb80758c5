import { sse, streamableHttp } from 'nestjs-mcp';
import { startShared, type Shared } from './fleet.js';
import { describeWithRedis } from './redis.server.js';
import { events, next, until, WireSession } from './wire.js';

const elicitation = { capabilities: { elicitation: {} } };
const trip = { action: 'accept', content: { city: 'Rome', nights: 2 } };

describeWithRedis('A question of a server that answers with plain JSON', () => {
  let shared: Shared;
  let a: string;
  let b: string;
  let c: string;

  beforeAll(async () => {
    const transports = [streamableHttp({ responseMode: 'json' }), sse()];
    shared = await startShared(3, { transports });
    [a, b, c] = shared.urls as [string, string, string];
  });

  afterAll(() => shared.close());

  it('is sent on the stream that another process carries, and answered in a third', async () => {
    const session = await WireSession.open([a], elicitation);
    const stream = events(await session.get(b));
    await next(stream, () => true);
    const answered = session.ask(a, 'book', 'tools/call', { name: 'book' });
    const { message } = await next(
      stream,
      (event) => event.message.method === 'elicitation/create',
    );
    expect((await session.post(c, { id: message.id, result: trip })).status).toBe(202);
    const { result } = await answered;
    expect(result).toMatchObject({
      content: [{ text: expect.stringContaining('2 nights in Rome') as string }],
    });
    await stream.return(undefined);
  });

  it('fails at once if the client has no stream', async () => {
    const session = await WireSession.open([a], elicitation);
    const { result } = await session.ask(b, 'book', 'tools/call', { name: 'book' });
    expect(result).toMatchObject({ isError: true });
  });

  it('fails if the process that carried the stream was killed', async () => {
    const session = await WireSession.open([a], elicitation);
    await session.ask(b, '1', 'ping');
    const key = `mcp:{story}:session:${session.id}`;
    await shared.redis.command('HSET', key, 'listener', 'a process that is gone');
    const { result } = await session.ask(b, 'book', 'tools/call', { name: 'book' });
    expect(result).toMatchObject({ isError: true });
    await until(async () => (await session.get(c)).status === 200);
  });
});

import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import { McpTool } from 'nestjs-mcp';
import {
  call,
  eventsOf,
  initialize,
  nextEvent,
  openSession,
  post,
} from '../../libs/mcp/test/wire.js';
import { adapters, startApp, stopAll } from '../support/start-app.js';
import { loadCommonJs } from './load-common-js.js';

const { SkipThrottle, Throttle, ThrottlerGuard, ThrottlerModule } = loadCommonJs<
  typeof import('@nestjs/throttler')
>('@nestjs/throttler', { '@nestjs/common': common, '@nestjs/core': core });
const { APP_GUARD } = core;

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

@common.Injectable()
class Plain {
  @McpTool()
  hello(): string {
    return 'hello';
  }
}

const throttler = (limit: number) => ThrottlerModule.forRoot([{ ttl: 60_000, limit }]);

afterEach(stopAll);

describe.each(adapters)('@nestjs/throttler on %s', (adapter) => {
  const guard = { provide: APP_GUARD, useClass: ThrottlerGuard };

  it('limits routes and tools as a global guard', async () => {
    const app = await startApp({ adapter, imports: [throttler(2)], providers: [Plain, guard] });
    const headers = await openSession(`${app.url}/mcp`, '2025-06-18');
    const third = await post(`${app.url}/mcp`, call(1, 'hello'), headers);
    expect(third.status).toBe(429);
    expect(third.headers.get('retry-after')).not.toBeNull();
  });

  it('leaves the server open, which the boot still says', async () => {
    const app = await startApp({ adapter, imports: [throttler(2)], providers: [Plain, guard] });
    expect(app.log.of('warn').join('\n')).toContain('open to anyone');
  });

  it('limits only tools if the routes skip it, and tells the model', async () => {
    const app = await startApp({
      adapter,
      imports: [throttler(2)],
      providers: [Plain, guard],
      mcp: { decorators: [SkipThrottle()] },
    });
    const client = await app.connect();
    for (let i = 0; i < 2; i++) {
      expect(textOf(await client.callTool({ name: 'hello' }))).toBe('hello');
    }
    const refused = await client.callTool({ name: 'hello' });
    expect(refused).toMatchObject({ isError: true, _meta: { 'nestjs-mcp/status': 429 } });
    expect(textOf(refused)).toContain('Too Many Requests');
    await client.close();
  });

  it('limits the routes by their own decorators', async () => {
    const app = await startApp({
      adapter,
      imports: [throttler(1_000)],
      providers: [Plain, guard],
      mcp: { decorators: [Throttle({ default: { ttl: 60_000, limit: 1 } })] },
    });
    expect((await post(`${app.url}/mcp`, initialize('2025-06-18'))).status).toBe(200);
    expect((await post(`${app.url}/mcp`, initialize('2025-06-18'))).status).toBe(429);
  });

  it('sets its headers on a JSON answer, and does not affect a call whose response has ended', async () => {
    const app = await startApp({ adapter, imports: [throttler(100)], providers: [Plain, guard] });
    const answer = await post(`${app.url}/mcp`, initialize('2025-06-18'));
    expect(answer.headers.get('x-ratelimit-limit')).toBe('100');
    const stop = new AbortController();
    const events = eventsOf(await fetch(`${app.url}/sse`, { signal: stop.signal }));
    const messages = app.url + (await nextEvent(events)).data;
    await post(messages, initialize('2024-11-05'));
    await nextEvent(events);
    const accepted = await post(messages, call(1, 'hello'));
    expect([accepted.status, await accepted.text()]).toEqual([202, 'Accepted']);
    expect((await nextEvent(events)).data).toContain('hello');
    stop.abort();
  });
});

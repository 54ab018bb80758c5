import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describeWithRedis, TestRedis } from '../../test/scale/redis.server.js';
import { AppModule } from './app.module.js';

describeWithRedis('Three applications behind a balancer', () => {
  let redis: TestRedis;
  let client: Client;
  const apps: INestApplication[] = [];
  const ports: string[] = [];
  let requests = 0;

  /** Sends each request to the next application, as a balancer without stickiness does. */
  const balance: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    url.port = ports[requests++ % ports.length] ?? '';
    return fetch(url, init);
  };

  const count = async (): Promise<string> => {
    const { content } = await client.callTool({ name: 'count', arguments: {} });
    return (content as { text: string }[])[0]?.text ?? '';
  };

  beforeAll(async () => {
    redis = await TestRedis.start();
    process.env.REDIS_URL = redis.url;
    for (let i = 0; i < 3; i += 1) {
      const app = await NestFactory.create(AppModule, { logger: ['error'] });
      await app.listen(0, '127.0.0.1');
      apps.push(app);
      ports.push(new URL(await app.getUrl()).port);
    }
    client = new Client({ name: 'test', version: '1.0.0' });
    const url = new URL('http://127.0.0.1/mcp');
    await client.connect(new StreamableHTTPClientTransport(url, { fetch: balance }));
  });

  afterAll(async () => {
    await client.close();
    for (const app of apps) await app.close();
    await redis.end();
    delete process.env.REDIS_URL;
  });

  it('serve one session together: each answers calls of it', async () => {
    const answers = new Set<string>();
    for (let i = 0; i < 9; i += 1) answers.add(await count());
    expect(answers).toEqual(new Set(ports.map((port) => `counted by the process at port ${port}`)));
  });

  it('go on with it when one of them is gone', async () => {
    await apps.shift()?.close();
    const [gone] = ports.splice(0, 1);
    for (let i = 0; i < 3; i += 1) expect(await count()).not.toContain(gone);
  });
});

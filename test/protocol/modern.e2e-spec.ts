import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { McpParam, McpResource, McpTool, streamableHttp } from 'nestjs-mcp';
import { eventsOf, nextEvent, openSession, post } from '../../libs/mcp/test/wire.js';
import { answerOf, postModern } from './modern.wire.js';
import { startStory, type Story } from './story.app.js';
import { StoryService, watched } from './story.service.js';

class Region {
  @ApiProperty({ 'x-mcp-header': 'Region' } as never)
  @IsOptional()
  @IsString()
  region?: string;
}

@Injectable()
class Routed {
  @McpTool()
  byParam(
    @McpParam('shard', { header: 'Shard', schema: { type: 'integer' }, required: false })
    shard: number,
  ) {
    return `shard ${shard}`;
  }

  @McpTool()
  byDto({ region }: Region) {
    return `region ${region}`;
  }
}

describe.each(['express', 'fastify'] as const)('A client of 2026-07-28, on %s', (platform) => {
  let story: Story;
  let mcp: string;

  beforeAll(async () => {
    story = await startStory({ instructions: 'Ask first.' }, [StoryService, Routed], platform);
    mcp = `${story.url}/mcp`;
  });

  afterAll(() => story.close());

  it('discovers the name and the capabilities of the server', async () => {
    expect(await answerOf(postModern(mcp, 'server/discover'))).toEqual({
      status: 200,
      jsonrpc: '2.0',
      id: 1,
      result: {
        supportedVersions: ['2026-07-28'],
        capabilities: {
          tools: { listChanged: true },
          prompts: { listChanged: true },
          resources: { listChanged: true, subscribe: true },
          completions: {},
          logging: {},
        },
        instructions: 'Ask first.',
        resultType: 'complete',
        ttlMs: 0,
        cacheScope: 'private',
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'story', version: '1.0.0' } },
      },
    });
  });

  it('receives an answer with its type and the name of the server', async () => {
    const { result } = await answerOf(postModern(mcp, 'tools/call', { name: 'tick' }));
    expect(result).toEqual({
      content: [{ type: 'text', text: 'tock' }],
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'story', version: '1.0.0' } },
    });
  });

  it('can send a session id, which is ignored', async () => {
    const headers = { 'mcp-session-id': 'none' };
    const response = await postModern(mcp, 'tools/call', { name: 'tick' }, { headers });
    expect([response.status, response.headers.get('mcp-session-id')]).toEqual([200, null]);
  });

  it.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'tasks/list', 'x'])(
    'does not find %s',
    async (method) => {
      expect(await answerOf(postModern(mcp, method, {}, { id: 'a' }))).toMatchObject({
        status: 404,
        id: 'a',
        error: { code: -32601 },
      });
    },
  );

  it.each([
    ['without a version header', { 'mcp-protocol-version': null }],
    ['with another version header', { 'mcp-protocol-version': '2025-11-25' }],
    ['without Mcp-Method', { 'mcp-method': null }],
    ['with another Mcp-Method', { 'mcp-method': 'tools/list' }],
    ['without Mcp-Name', { 'mcp-name': null }],
    ['with another Mcp-Name', { 'mcp-name': 'tock' }],
    ['with an Mcp-Name that is not base64', { 'mcp-name': '=?base64?tick?=' }],
  ])('is refused %s', async (_name, headers: Record<string, string | null>) => {
    const asked = postModern(mcp, 'tools/call', { name: 'tick' }, { headers });
    expect(await answerOf(asked)).toMatchObject({ status: 400, id: 1, error: { code: -32020 } });
  });

  it('may send a name in base64', async () => {
    const encoded = Buffer.from('tick').toString('base64');
    const headers = { 'mcp-name': `=?base64?${encoded}?=` };
    const asked = postModern(mcp, 'tools/call', { name: 'tick' }, { headers });
    expect(await answerOf(asked)).toMatchObject({ status: 200 });
  });

  it.each([
    ['by_param', { shard: 7 }, { 'mcp-param-shard': '7' }, 'shard 7'],
    ['by_param', { shard: 7 }, { 'mcp-param-shard': '7.0' }, 'shard 7'],
    ['by_param', {}, {}, 'shard undefined'],
    ['by_param', { shard: 7 }, {}, -32020],
    ['by_param', { shard: 7 }, { 'mcp-param-shard': '8' }, -32020],
    ['by_dto', { region: 'eu' }, { 'mcp-param-region': 'eu' }, 'region eu'],
    ['by_dto', { region: 'eu' }, { 'mcp-param-region': '=?base64?ZXU=?=' }, 'region eu'],
    ['by_dto', { region: 'eu' }, { 'mcp-param-region': 'us' }, -32020],
    ['by_dto', { region: 'eu' }, { 'mcp-param-region': '=?base64?Z?=' }, -32020],
  ])('that sends %s with %j and %j is answered with %s', async (name, input, headers, expected) => {
    const answer = await answerOf(
      postModern(mcp, 'tools/call', { name, arguments: input }, { headers: { ...headers } }),
    );
    const found =
      (answer.error as { code: number } | undefined)?.code ??
      (answer.result as { content: { text: string }[] }).content[0]?.text;
    expect(found).toBe(expected);
  });

  it('sees which inputs go into headers', async () => {
    const { result } = await answerOf(postModern(mcp, 'tools/list'));
    const { tools } = result as { tools: { name: string; inputSchema: object }[] };
    expect(tools.find(({ name }) => name === 'by_param')?.inputSchema).toMatchObject({
      properties: { shard: { type: 'integer', 'x-mcp-header': 'Shard' } },
    });
  });

  it('with an unknown version receives the supported ones', async () => {
    const version = '2027-01-01';
    const meta = { 'io.modelcontextprotocol/protocolVersion': version };
    const headers = { 'mcp-protocol-version': version };
    expect(await answerOf(postModern(mcp, 'tools/list', {}, { meta, headers }))).toMatchObject({
      status: 400,
      error: { code: -32022, data: { supported: ['2026-07-28'], requested: version } },
    });
  });

  it('ends its request by closing the connection', async () => {
    const controller = new AbortController();
    const waiting = once(watched.events, 'waiting');
    const aborted = once(watched.events, 'aborted');
    const response = postModern(
      mcp,
      'tools/call',
      { name: 'wait' },
      { signal: controller.signal, meta: { progressToken: 'p' } },
    );
    await waiting;
    await response;
    controller.abort();
    await aborted;
  });

  it('can send a notification, but no batch', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28' };
    const accepted = await post(mcp, { jsonrpc: '2.0', method: 'notifications/x' }, headers);
    expect(accepted.status).toBe(202);
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    const one = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } };
    expect((await post(mcp, [one], headers)).status).toBe(400);
  });

  it.each(['GET', 'DELETE'])('never receives a %s', async (method) => {
    const headers = { 'mcp-protocol-version': '2026-07-28', accept: 'text/event-stream' };
    const response = await fetch(mcp, { method, headers });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('leaves sessions of older revisions on the same path unchanged', async () => {
    const session = await openSession(mcp);
    const headers = { ...session, 'mcp-method': 'tools/list' };
    const response = await post(mcp, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, headers);
    const { result } = (await response.json()) as { result: object };
    expect(Object.keys(result)).toEqual(['tools']);
  });

  it('may receive every answer as a stream, or none', async () => {
    for (const [responseMode, type] of [
      ['sse', 'text/event-stream'],
      ['json', 'application/json'],
    ] as const) {
      const own = await startStory(
        { transports: [streamableHttp({ responseMode })] },
        [StoryService],
        platform,
      );
      const meta = { 'io.modelcontextprotocol/logLevel': 'debug' };
      const call = postModern(`${own.url}/mcp`, 'tools/call', { name: 'speak' }, { meta });
      expect((await call).headers.get('content-type')).toBe(type);
      const listen = { notifications: { toolsListChanged: true } };
      const stream = await postModern(`${own.url}/mcp`, 'subscriptions/listen', listen);
      const { data = '' } = await nextEvent(eventsOf(stream));
      expect(JSON.parse(data)).toMatchObject({
        method: 'notifications/subscriptions/acknowledged',
        params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } },
      });
      await own.close();
    }
  });

  it('receives keep-alives while its request runs', async () => {
    const own = await startStory(
      { transports: [streamableHttp({ keepAlive: 20 })] },
      [StoryService],
      platform,
    );
    const controller = new AbortController();
    const response = await postModern(
      `${own.url}/mcp`,
      'tools/call',
      { name: 'wait' },
      { signal: controller.signal },
    );
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await nextEvent(eventsOf(response))).toHaveProperty('comment');
    controller.abort();
    await own.close();
  });
});

async function hintsOf(story: Story, method: string, params = {}) {
  const { result } = await answerOf(postModern(`${story.url}/mcp`, method, params));
  const { ttlMs, cacheScope } = result as Record<string, unknown>;
  return [ttlMs, cacheScope];
}

describe('The cache hint of a result', () => {
  it('is that of the primitive, else that of the module', async () => {
    const story = await startStory({ cache: { ttl: 60_000, scope: 'private' } });
    expect(await hintsOf(story, 'tools/list')).toEqual([60_000, 'private']);
    expect(await hintsOf(story, 'server/discover')).toEqual([60_000, 'private']);
    expect(await hintsOf(story, 'resources/read', { uri: 'data://clock' })).toEqual([
      5_000,
      'public',
    ]);
    await story.close();
  });

  it('is, for a list of tools, the narrowest of its items', async () => {
    @Injectable()
    class Hinted {
      @McpTool({ cache: { ttl: 100, scope: 'public' } })
      a() {
        return 1;
      }

      @McpTool({ cache: { ttl: 50 } })
      b() {
        return 1;
      }
    }
    const story = await startStory({}, [Hinted]);
    expect(await hintsOf(story, 'tools/list')).toEqual([50, 'private']);
    await story.close();
  });

  it('is not sent to legacy clients', async () => {
    const story = await startStory();
    const session = await openSession(`${story.url}/mcp`);
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'resources/read',
      params: { uri: 'data://clock' },
    };
    const { result } = (await (await post(`${story.url}/mcp`, message, session)).json()) as {
      result: object;
    };
    expect(Object.keys(result)).toEqual(['contents']);
    await story.close();
  });

  it.each([
    ['is negative', { ttl: -1 }, {}, 'cache.ttl is -1'],
    ['is public where scopes decide', { ttl: 1, scope: 'public' }, { scopes: ['a'] }, "'public'"],
  ] as const)('stops the boot if it %s', async (_name, cache, more: object, message) => {
    @Injectable()
    class Wrong {
      @McpResource('data://x', { cache, ...more })
      read() {
        return 1;
      }
    }
    await expect(startStory({}, [Wrong])).rejects.toThrow(new RegExp(`Wrong.read.*${message}`));
  });
});

describe('An input that goes into a header', () => {
  it.each([
    ['of a number', { type: 'number' }, 'N', 'only string, integer, boolean'],
    ['with an illegal name', { type: 'string' }, 'a b', 'not a legal header name'],
  ])('stops the boot %s', async (_name, schema, header, message) => {
    @Injectable()
    class Wrong {
      @McpTool()
      run(@McpParam('x', { schema, header }) x: unknown) {
        return x;
      }
    }
    await expect(startStory({}, [Wrong])).rejects.toThrow(message);
  });

  it('stops the boot if another has the same header', async () => {
    @Injectable()
    class Wrong {
      @McpTool()
      run(
        @McpParam('x', { header: 'Same' }) x: string,
        @McpParam('y', { header: 'same' }) y: string,
      ) {
        return x + y;
      }
    }
    await expect(startStory({}, [Wrong])).rejects.toThrow("another input's header");
  });

  it('stops the boot inside a list', async () => {
    const items = { type: 'object', properties: { x: { type: 'string', 'x-mcp-header': 'X' } } };
    const input = { type: 'object', properties: { list: { type: 'array', items } } };

    @Injectable()
    class Wrong {
      @McpTool({ input })
      run(@McpParam() given: object) {
        return given;
      }
    }
    await expect(startStory({}, [Wrong])).rejects.toThrow('reachable by property names alone');
  });
});

import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import { request, type IncomingMessage } from 'node:http';
import { McpContext, McpParam, McpResource, McpTool, sse, streamableHttp } from 'nestjs-mcp';
import { call, initialize, openSession, post } from '../../libs/mcp/test/wire.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { postModern } from '../protocol/modern.wire.js';

const mebibyte = 1024 * 1024;
/** More than the buffers of the operating system take off the server's hands. */
const size = 12 * mebibyte;

@Injectable()
class Talker {
  ended = 0;
  private readonly events = new EventTarget();

  /** Characters of three bytes: what counts is what travels. */
  @McpTool()
  large(@McpParam('bytes', { type: Number }) bytes: number): string {
    return '漢'.repeat(bytes / 3);
  }

  @McpTool()
  async report(
    @McpParam('times', { type: Number }) times: number,
    context: McpContext,
  ): Promise<string> {
    for (let n = 1; n <= times; n++) await context.progress(n, times, 'x'.repeat(4_000));
    return 'reported';
  }

  @McpTool()
  async *pieces(@McpParam('times', { type: Number }) times: number): AsyncIterable<string> {
    for (let n = 1; n <= times; n++) yield 'x'.repeat(4_000);
  }

  /** Reports until another call stops it; ends by itself where no other call gets a turn. */
  @McpTool()
  async busy(context: McpContext): Promise<string> {
    const until = performance.now() + 2_000;
    let stopped = false;
    this.events.addEventListener('stop', () => (stopped = true), { once: true });
    for (let n = 0; performance.now() < until; n++) {
      await context.progress(n);
      if (stopped) return 'stopped';
    }
    return 'nobody came';
  }

  /** Given up only from outside. */
  @McpTool()
  async *endless(@McpParam('kind', { type: String }) kind: string): AsyncIterable<unknown> {
    try {
      for (;;) yield kind === 'strings' ? 'x'.repeat(1_000) : null;
    } finally {
      this.ended += 1;
    }
  }

  @McpTool()
  bytes(): StreamableFile {
    const zeros = (function* () {
      for (;;) yield Buffer.alloc(10_000);
    })();
    return new StreamableFile(Readable.from(zeros, { objectMode: false }));
  }

  @McpResource('bytes://endless')
  endlessBytes(): StreamableFile {
    return this.bytes();
  }

  @McpTool()
  stop(): string {
    this.events.dispatchEvent(new Event('stop'));
    return 'ok';
  }
}

let app: StartedApp;

async function start(mcp: NonNullable<Parameters<typeof startApp>[0]>['mcp'] = {}): Promise<void> {
  const transports = [
    streamableHttp(),
    sse(),
    streamableHttp({ path: 'streams', responseMode: 'sse' }),
  ];
  app = await startApp({ providers: [Talker], mcp: { transports, ...mcp } });
}

afterEach(() => app.close());

/** Sends a POST (or a GET, without a body) and does not read the answer; resolves when the server has written it. */
async function ignore(
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(`${app.url}${path}`, {
      method: body ? 'POST' : 'GET',
      agent: false,
      headers: {
        accept: body ? 'application/json, text/event-stream' : 'text/event-stream',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    outgoing.once('response', resolve).once('error', reject);
    outgoing.end(body && JSON.stringify(body));
  });
  response.on('error', () => undefined);
  response.pause();
  await roundTrip();
  return response;
}

/** What was sent before this has been served when it resolves. */
async function roundTrip(): Promise<number> {
  const answer = await postModern(`${app.url}/mcp`, 'tools/call', { name: 'stop' });
  await answer.text();
  return answer.status;
}

const large = (id: number): object => call(id, 'large', { arguments: { bytes: size } });

/** A session of the transport that answers with streams. */
async function openStreams(): Promise<Record<string, string>> {
  const response = await post(`${app.url}/streams`, initialize('2025-06-18'));
  await response.text();
  return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
}

/** Each way to leave a large answer unread. */
const ways: Record<string, () => Promise<IncomingMessage>> = {
  'a JSON answer': async () => ignore('/mcp', large(1), await openSession(`${app.url}/mcp`)),
  'the stream of a POST': async () => ignore('/streams', large(1), await openStreams()),
  'the stream of HTTP+SSE': async () => {
    const response = await ignore('/sse');
    const chunk = await new Promise<Buffer>((resolve) => {
      response.once('data', (data: Buffer) => {
        response.pause();
        resolve(data);
      });
      response.resume();
    });
    const messages = `${app.url}${/data: (\S+)/.exec(chunk.toString())?.[1]}`;
    await post(messages, initialize('2024-11-05'));
    await post(messages, large(1));
    await roundTrip();
    return response;
  },
};

/** Reads an answer at last: whether all of it comes. */
async function readOn(response: IncomingMessage): Promise<'all' | 'cut off'> {
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes > size) break;
    }
  } catch {
    return 'cut off';
  }
  return bytes > size ? 'all' : 'cut off';
}

describe('A client that does not read', () => {
  it.each(Object.keys(ways))(
    'of %s is disconnected when all clients together have too much unread, but not the last one',
    async (name) => {
      await start({ limits: { unsent: 2 * size + mebibyte } });
      const way = ways[name] as (typeof ways)[string];
      const [first, second, third] = [await way(), await way(), await way()];
      // Which of the first two is slower depends on how much the operating system has taken from each.
      const earlier = [await readOn(first), await readOn(second)];
      expect(earlier.toSorted()).toEqual(['all', 'cut off']);
      expect(await readOn(third)).toBe('all');
    },
  );

  it.each(Object.keys(ways))('of %s is disconnected when it makes no progress', async (name) => {
    await start({ limits: { stallTimeout: 100 } });
    const response = await (ways[name] as (typeof ways)[string])();
    // A client that holds back for longer than that has lost the rest.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await readOn(response)).toBe('cut off');
  });

  it('receives an error for an answer that could never be sent', async () => {
    await start({ limits: { unsent: mebibyte } });
    const headers = await openSession(`${app.url}/mcp`);
    const answer = await post(`${app.url}/mcp`, large(1), headers);
    expect(await answer.json()).toMatchObject({
      id: 1,
      error: { code: -32603, message: expect.stringContaining('limits.unsent') },
    });
  });

  it('is not a client that reads slowly', async () => {
    const stallTimeout = 1_000;
    await start({ limits: { stallTimeout } });
    const response = await (ways['a JSON answer'] as (typeof ways)[string])();
    let bytes = 0;
    const started = performance.now();
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      // Slower than the timeout in all, never idle for as long.
      if (performance.now() - started < 3 * stallTimeout) {
        await new Promise((go) => setTimeout(go, 20));
      }
    }
    expect(performance.now() - started).toBeGreaterThan(stallTimeout);
    expect(bytes).toBeGreaterThan(size);
  });
});

describe('A handler that reports progress in a loop', () => {
  it.each(['http', 'sse'] as const)(
    'keeps a client connected that reads, over %s',
    async (over) => {
      await start();
      const client = await app.connect({ over });
      for (const name of ['report', 'pieces']) {
        let heard = 0;
        const onprogress = (): void => void heard++;
        const result = await client.callTool({ name, arguments: { times: 2_500 } }, undefined, {
          onprogress,
        });
        expect(result.isError).toBeUndefined();
        expect(heard).toBeGreaterThan(2_400);
      }
    },
  );

  it('keeps a client connected that reads, in the modern era', async () => {
    await start();
    const answer = await postModern(
      `${app.url}/mcp`,
      'tools/call',
      { name: 'report', arguments: { times: 2_500 } },
      { meta: { progressToken: 1 } },
    );
    const text = await answer.text();
    expect(text.match(/notifications\/progress/g)).toHaveLength(2_500);
    expect(text).toContain('reported');
  });

  it('lets other calls run, even if its client requested no progress', async () => {
    await start();
    const busy = postModern(`${app.url}/mcp`, 'tools/call', { name: 'busy' });
    await roundTrip();
    expect(await (await busy).text()).toContain('stopped');
  });
});

describe('An endless result', () => {
  const tooLarge = expect.stringContaining('larger than this server may collect');

  it.each(['strings', 'nothing at all'])('of %s is aborted beyond the budget', async (kind) => {
    await start({ limits: { unsent: mebibyte } });
    const client = await app.connect();
    const result = await client.callTool({ name: 'endless', arguments: { kind } });
    expect(result).toMatchObject({ isError: true, content: [{ text: tooLarge }] });
    expect(app.app.get(Talker).ended).toBe(1);
    // What it held is free again.
    const after = await client.callTool({ name: 'pieces', arguments: { times: 100 } });
    expect(after.isError).toBeUndefined();
  });

  it('of bytes is aborted too, from a tool and from a resource', async () => {
    await start({ limits: { unsent: mebibyte } });
    const client = await app.connect();
    const result = await client.callTool({ name: 'bytes' });
    expect(result).toMatchObject({ isError: true, content: [{ text: tooLarge }] });
    await expect(client.readResource({ uri: 'bytes://endless' })).rejects.toMatchObject({
      message: tooLarge,
    });
  });
});

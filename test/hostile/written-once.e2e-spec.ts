import { Injectable } from '@nestjs/common';
import { McpContext, McpTool, sse, streamableHttp } from 'nestjs-mcp';
import { call, eventsOf, nextEvent, openSession, post } from '../../libs/mcp/test/wire.js';
import { postModern } from '../protocol/modern.wire.js';
import { startApp, stopAll, type StartedApp } from '../support/start-app.js';

@Injectable()
class Narrator {
  /** How often what it says has been written out as JSON. */
  written = 0;
  private readonly events = new EventTarget();
  private readonly line = {
    toJSON: () => {
      this.written++;
      return 'said';
    },
  };

  next(name: 'waiting' | 'silent'): Promise<void> {
    return new Promise((resolve) => {
      this.events.addEventListener(name, () => resolve(), { once: true });
    });
  }

  @McpTool()
  async say({ log }: McpContext): Promise<void> {
    await log.error(this.line);
  }

  /** Goes on speaking when its client has hung up. */
  @McpTool()
  async goOn({ log, signal }: McpContext): Promise<void> {
    const left = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await log.error('begun');
    this.events.dispatchEvent(new Event('waiting'));
    await left;
    await log.error(this.line);
    this.events.dispatchEvent(new Event('silent'));
  }
}

const meta = { 'io.modelcontextprotocol/logLevel': 'debug' };
let app: StartedApp;
let narrator: Narrator;

beforeEach(async () => {
  const transports = [
    streamableHttp(),
    sse(),
    streamableHttp({ path: 'stateless', stateless: true }),
  ];
  app = await startApp({ providers: [Narrator], mcp: { transports } });
  narrator = app.app.get(Narrator);
});

afterEach(stopAll);

/** Opens a stream of HTTP+SSE; gives the URL to post to, and what comes. */
async function openSse(signal?: AbortSignal) {
  const response = await fetch(`${app.url}/sse`, {
    headers: { accept: 'text/event-stream' },
    ...(signal && { signal }),
  });
  const events = eventsOf(response);
  const { data = '' } = await nextEvent(events);
  return { endpoint: new URL(data, app.url).href, events };
}

describe('The answer of a call', () => {
  it('is serialised once over Streamable HTTP, where it is sent and stored', async () => {
    const headers = await openSession(`${app.url}/mcp`);
    const response = await post(`${app.url}/mcp`, call(1, 'say'), headers);
    expect(await response.text()).toContain('"said"');
    expect(narrator.written).toBe(1);
  });

  it('is serialised once in the modern era', async () => {
    const response = await postModern(`${app.url}/mcp`, 'tools/call', { name: 'say' }, { meta });
    expect(await response.text()).toContain('"said"');
    expect(narrator.written).toBe(1);
  });

  it('is serialised once over HTTP+SSE', async () => {
    const leaving = new AbortController();
    const { endpoint, events } = await openSse(leaving.signal);
    await post(endpoint, call(1, 'say'));
    expect(await nextEvent(events)).toMatchObject({ data: expect.stringContaining('"said"') });
    expect(narrator.written).toBe(1);
    leaving.abort();
  });
});

describe('The answer of a call to a client that has disconnected', () => {
  const hangUp = async (open: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const leaving = new AbortController();
    const [waiting, silent] = [narrator.next('waiting'), narrator.next('silent')];
    const response = open(leaving.signal);
    await waiting;
    await response;
    leaving.abort();
    await silent;
  };

  it.each(['/stateless', '/mcp'])('is not serialised in the modern era, at %s', async (path) => {
    await hangUp((signal) =>
      postModern(`${app.url}${path}`, 'tools/call', { name: 'go_on' }, { meta, signal }),
    );
    expect(narrator.written).toBe(0);
  });

  it('is not serialised without sessions', async () => {
    await hangUp((signal) => post(`${app.url}/stateless`, call(1, 'go_on'), {}, { signal }));
    expect(narrator.written).toBe(0);
  });

  it('is not serialised over HTTP+SSE', async () => {
    await hangUp(async (signal) => {
      const { endpoint } = await openSse(signal);
      await post(endpoint, call(1, 'go_on'));
    });
    expect(narrator.written).toBe(0);
  });
});

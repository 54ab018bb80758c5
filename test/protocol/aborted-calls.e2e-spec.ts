import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpContext, McpModule, McpPrompt, McpResource, McpTool } from 'nestjs-mcp';
import { McpTestClient } from 'nestjs-mcp/testing';
import { failureOf } from '../../libs/mcp/test/wire.js';
import { KeptLog } from '../support/kept-log.js';

const handlers = new EventTarget();

@Injectable()
class Patient {
  @McpTool({ description: 'Waits for its signal.' })
  async wait({ signal }: McpContext): Promise<void> {
    await this.stopWith(signal);
  }

  @McpTool({ description: 'Has a time limit.', timeout: 1 })
  async hurry({ signal }: McpContext): Promise<void> {
    await this.stopWith(signal);
  }

  @McpTool({ description: 'Fails after its signal.' })
  async fail({ signal }: McpContext): Promise<void> {
    await this.stopWith(signal).catch(() => {
      throw new Error('something else went wrong');
    });
  }

  @McpResource('wait://here')
  async read(context: McpContext): Promise<void> {
    await this.stopWith(context.signal);
  }

  @McpPrompt()
  async ask(context: McpContext): Promise<void> {
    await this.stopWith(context.signal);
  }

  private async stopWith(signal: AbortSignal): Promise<void> {
    handlers.dispatchEvent(new Event('begun'));
    try {
      await pause(60_000, undefined, { signal });
    } finally {
      setImmediate(() => handlers.dispatchEvent(new Event('ended')));
    }
  }
}

const ways = [
  { over: 'memory', era: 'legacy' },
  { over: 'memory', era: 'modern' },
  { over: 'http', era: 'legacy' },
  { over: 'http', era: 'modern' },
  { over: 'sse', era: 'legacy' },
] as const;

describe.each(ways)('a handler that stops with its call over $over, $era', (way) => {
  const log = new KeptLog();
  let app: INestApplication;
  let client: McpTestClient;

  beforeAll(async () => {
    const moduleRef = await Test.createTestingModule({
      imports: [McpModule.forRoot({ name: 'patient', version: '1.0.0' })],
      providers: [Patient],
    }).compile();
    app = moduleRef.createNestApplication();
    app.useLogger(log);
    client = await McpTestClient.connect(app, way);
  });

  afterAll(async () => {
    await client.close();
    await app.close();
  });

  afterEach(() => log.clear());

  const cancelled = async (begin: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const stop = new AbortController();
    const [begun, ended] = [once(handlers, 'begun'), once(handlers, 'ended')];
    const failure = failureOf(begin(stop.signal));
    await begun;
    stop.abort(new Error('enough'));
    expect(await failure).toContain('enough');
    await ended;
    await client.listTools();
  };

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['a tool', (signal) => client.callTool('wait', {}, { signal })],
    ['a resource', (signal) => client.readResource('wait://here', { signal })],
    ['a prompt', (signal) => client.getPrompt('ask', {}, { signal })],
  ])('has not failed when the client cancels: %s', async (_kind, begin) => {
    await cancelled(begin);
    expect(log.of('error')).toEqual([]);
  });

  it('has not failed at its time limit', async () => {
    const ended = once(handlers, 'ended');
    await client.callTool('hurry').catch(() => undefined);
    await ended;
    await client.listTools();
    expect(log.of('error')).toEqual([]);
  });

  it('has failed when it throws another error', async () => {
    await cancelled((signal) => client.callTool('fail', {}, { signal }));
    expect(log.of('error')).toEqual([expect.stringContaining('something else went wrong')]);
  });
});

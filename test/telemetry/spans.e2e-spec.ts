import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Client as NextClient } from '@modelcontextprotocol/client';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { IsInt, IsString } from 'class-validator';
import {
  McpContext,
  McpException,
  type McpModuleOptions,
  McpPrompt,
  McpResource,
  McpTool,
  streamableHttp,
} from 'nestjs-mcp';
import { openTelemetry } from 'nestjs-mcp/telemetry';
import { failureOf } from '../../libs/mcp/test/wire.js';
import { startStory, type Story } from '../protocol/story.app.js';
import { ways, type StoryClient, type Way } from '../protocol/story.clients.js';
import { boundaries, seriesTable, violationsOf } from './conventions.table.js';
import { registerSdk, type MemorySdk } from './memory.sdk.js';

class Order {
  @IsInt() amount: number;
}

class Size {
  @IsString() size: string;
}

@Injectable()
class Shop {
  private readonly heard = new EventTarget();

  next(): Promise<unknown> {
    return once(this.heard, 'waiting');
  }

  @McpTool({ description: 'Orders.' })
  order({ amount }: Order): string {
    const span = trace.getTracer('shop').startSpan('INSERT orders');
    span.end();
    return `ordered ${amount}`;
  }

  @McpTool({ description: 'Says no.' })
  soldOut(): string {
    throw new McpException('Sold out');
  }

  @McpTool({ description: 'Needs more than the caller has.', scopes: ['refunds'] })
  refund(): string {
    return 'paid back';
  }

  @McpTool({ description: 'Asks.' })
  async ask(asking: McpContext): Promise<string> {
    const answer = await asking.elicit(Size, 'Which size?');
    await asking.sample({
      messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }],
      maxTokens: 9,
    });
    const roots = await asking.roots();
    return `${answer.action} ${roots.length}`;
  }

  @McpTool({ description: 'Tells which baggage is active.' })
  baggage(): string {
    return JSON.stringify(propagation.getActiveBaggage()?.getAllEntries() ?? []);
  }

  @McpTool({ description: 'Waits until it is aborted.' })
  async wait(asking: McpContext): Promise<void> {
    this.heard.dispatchEvent(new Event('waiting'));
    await new Promise((resolve) => asking.signal.addEventListener('abort', resolve));
  }

  @McpTool({ description: 'Takes too long.', timeout: 5 })
  async slow(asking: McpContext): Promise<void> {
    await new Promise((resolve) => asking.signal.addEventListener('abort', resolve));
  }

  @McpPrompt({ description: 'Greets.' })
  greet(): string {
    return 'Say hello.';
  }

  @McpResource('shop://hours')
  hours(): string {
    return '9 to 5';
  }
}

let sdk: MemorySdk;

beforeAll(() => {
  sdk = registerSdk();
});

beforeEach(() => sdk.reset());

afterAll(() => sdk.shutdown());

function start(options: Partial<McpModuleOptions> = {}): Promise<Story> {
  return startStory({ telemetry: openTelemetry(), ...options }, [Shop]);
}

const answers = {
  elicit: () => ({ action: 'accept', content: { size: 'L' } }),
  sample: () => ({ role: 'assistant', content: { type: 'text', text: 'hi' }, model: 'm' }),
  roots: () => ({ roots: [] }),
};

interface Callable {
  callTool(params: object, ...rest: unknown[]): Promise<{ content: [{ text: string }] }>;
}

/** The SDK's own client, which takes `_meta` and a signal. */
function sdkOf(client: StoryClient): Callable {
  return ((client as { legacy?: Client }).legacy ??
    (client as { modern?: NextClient }).modern) as unknown as Callable;
}

async function playEverything(story: Story, client: StoryClient, way: Way): Promise<void> {
  await client.client.listTools();
  await client.call('order', { amount: 3 });
  await client.call('order', { amount: 'three' });
  await client.call('sold_out');
  await failureOf(client.call('unknown'));
  await failureOf(client.call('slow'));
  await client.client.getPrompt({ name: 'greet' });
  await client.client.readResource({ uri: 'shop://hours' });
  await failureOf(client.client.readResource({ uri: 'shop://nothing' }));
  await failureOf(client.call('refund'));
  await client.call('ask');
  const waiting = story.app.get(Shop).next();
  const abort = new AbortController();
  const { signal } = abort;
  const wait = { name: 'wait' };
  const cancelled = failureOf(
    way.era === 'legacy'
      ? sdkOf(client).callTool(wait, undefined, { signal })
      : sdkOf(client).callTool(wait, { signal }),
  );
  await waiting;
  abort.abort();
  await cancelled;
}

/** Waits until the span of a call that its client has given up has ended. */
async function untilEnded(name: string): Promise<void> {
  while (!sdk.spans().some((span) => span.name === name)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each(ways)('The spans of a client over $name', (way: Way) => {
  let story: Story;
  let client: StoryClient;

  beforeEach(async () => {
    story = await start();
    client = await way.connect(story, answers);
  });

  afterEach(async () => {
    await client.close();
    await story.close();
  });

  it('have every attribute that the conventions require, and no other', async () => {
    await playEverything(story, client, way);
    await untilEnded('tools/call wait');
    const spans = sdk.spans();
    expect(spans.flatMap(violationsOf)).toEqual([]);
    const told = spans
      .filter(({ attributes }) => attributes['mcp.method.name'] === 'tools/call')
      .map(({ name, attributes, kind }) => [name, attributes['error.type'] ?? 'ok', kind]);
    const expected = [
      ['tools/call order', 'ok'],
      ['tools/call order', 'tool_error'],
      ['tools/call sold_out', 'tool_error'],
      ['tools/call', '-32602'],
      ['tools/call slow', '-32603'],
      ['tools/call refund', expect.stringMatching(/^40[13]$|^-32\d{3}$/)],
      // In the modern era the client calls again with the answer to each question.
      ...Array.from({ length: way.era === 'legacy' ? 1 : 4 }, () => ['tools/call ask', 'ok']),
      ['tools/call wait', 'cancelled'],
    ];
    expect(told).toEqual(expected.map((one) => [...one, SpanKind.SERVER]));
    const names = new Set(spans.map(({ name }) => name));
    expect([...names]).toEqual(
      expect.arrayContaining(['tools/list', 'prompts/get greet', 'resources/read']),
    );
    if (way.era === 'legacy') {
      expect([...names]).toEqual(
        expect.arrayContaining([
          'initialize',
          'notifications/initialized',
          'notifications/cancelled',
        ]),
      );
    }
  });

  it('have the status of the answer, and no details of an exception', async () => {
    await failureOf(client.call('unknown'));
    await client.call('order', { amount: 1 });
    const [unknown, order] = sdk
      .spans()
      .filter(({ attributes }) => attributes['mcp.method.name'] === 'tools/call');
    expect(unknown?.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: expect.stringContaining('Unknown tool'),
    });
    expect(unknown?.attributes['gen_ai.tool.name']).toBe('unknown');
    expect(order?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(order?.events).toEqual([]);
  });

  it('are children of the span in the client’s _meta, and parents of the spans of the handler', async () => {
    const caller = trace.getTracer('client').startSpan('the agent');
    const carrier = {};
    const active = trace.setSpan(context.active(), caller);
    propagation.inject(active, carrier);
    const _meta = { ...carrier, baggage: 'tenant=blue' };
    await sdkOf(client).callTool({ name: 'order', arguments: { amount: 1 }, _meta });
    const read = await sdkOf(client).callTool({ name: 'baggage', arguments: {}, _meta });
    caller.end();
    const { traceId, spanId } = caller.spanContext();
    const call = sdk.spans().find(({ name }) => name === 'tools/call order');
    expect(call?.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true });
    const insert = sdk.allSpans().find(({ name }) => name === 'INSERT orders');
    expect(insert?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
    expect(insert?.spanContext().traceId).toBe(traceId);
    expect(read.content[0].text).toBe('[]');
  });

  it(
    way.era === 'legacy'
      ? 'are CLIENT spans for questions, and what the client does with them can be their child'
      : 'are no CLIENT spans: questions are part of an answer',
    async () => {
      const asked: Record<string, unknown>[] = [];
      await client.close();
      client = await way.connect(story, {
        ...answers,
        elicit: (params) => {
          asked.push(params);
          return answers.elicit();
        },
      });
      sdk.reset();
      await client.call('ask');
      const questions = sdk.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
      if (way.era === 'modern') {
        expect(questions).toEqual([]);
        return;
      }
      const [elicitation] = questions;
      expect(questions.map(({ name }) => name)).toEqual([
        'elicitation/create',
        'sampling/createMessage',
        'roots/list',
      ]);
      const call = sdk.spans().find(({ name }) => name === 'tools/call ask');
      expect(elicitation?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
      const { traceId, spanId } = elicitation?.spanContext() ?? {};
      expect(asked.at(-1)?._meta).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
    },
  );

  it('come with the metrics of the conventions', async () => {
    await sdk.histograms();
    await client.call('order', { amount: 3 });
    await failureOf(client.call('unknown'));
    await client.call('ask');
    await client.close();
    await story.close();
    const histograms = await sdk.histograms();
    const names = histograms.map(({ descriptor }) => descriptor.name);
    expect(names.toSorted()).toEqual(
      way.era === 'legacy'
        ? [
            'mcp.client.operation.duration',
            'mcp.server.operation.duration',
            'mcp.server.session.duration',
          ]
        : ['mcp.server.operation.duration'],
    );
    for (const { descriptor, dataPoints } of histograms) {
      expect(descriptor.unit).toBe('s');
      for (const { attributes, value } of dataPoints) {
        expect(value.buckets.boundaries).toEqual(boundaries);
        const allowed = seriesTable[descriptor.name] ?? [];
        expect(Object.keys(attributes).filter((key) => !allowed.includes(key))).toEqual([]);
      }
    }
    const operations = histograms
      .filter(({ descriptor }) => descriptor.name === 'mcp.server.operation.duration')
      .flatMap(({ dataPoints }) => dataPoints);
    const series = operations.map(({ attributes }) => attributes);
    expect(series).toContainEqual(
      expect.objectContaining({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'order' }),
    );
    // A name that the server does not have would be a series for each text of a client.
    expect(JSON.stringify(series)).not.toContain('unknown');
  });
});

describe('Telemetry', () => {
  it('covers a server without sessions', async () => {
    const story = await start({ transports: [streamableHttp({ stateless: true })] });
    const client = await (ways[0] as Way).connect({ ...story });
    sdk.reset();
    await client.call('order', { amount: 3 });
    const spans = sdk.spans();
    expect(spans.flatMap(violationsOf)).toEqual([]);
    expect(spans.map(({ name }) => name)).toContain('tools/call order');
    expect(spans.some(({ attributes }) => 'mcp.session.id' in attributes)).toBe(false);
    await client.close();
    await story.close();
  });

  it('records arguments and results with the options, of results only successful ones', async () => {
    const telemetry = openTelemetry({ recordArguments: true, recordResults: true });
    const story = await start({ telemetry });
    const client = await (ways[0] as Way).connect(story);
    await client.call('order', { amount: 3 });
    await client.call('sold_out');
    const [order, soldOut] = sdk.spans().filter(({ name }) => name.startsWith('tools/call'));
    expect(order?.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': '{"amount":3}',
      'gen_ai.tool.call.result': expect.stringContaining('ordered 3'),
    });
    expect(soldOut?.attributes).toMatchObject({ 'gen_ai.tool.call.arguments': '{}' });
    expect(soldOut?.attributes).not.toHaveProperty(['gen_ai.tool.call.result']);
    await client.close();
    await story.close();
  });

  it('names no span and no series after a method that is not in the specification', async () => {
    const story = await start();
    const client = await (ways[0] as Way).connect(story);
    await sdk.histograms();
    const { legacy } = client as unknown as { legacy: Client };
    await failureOf(legacy.request({ method: `secret/${'x'.repeat(9_999)}` }, undefined as never));
    const span = sdk.spans().find(({ name }) => name === '_OTHER');
    expect(span?.attributes['mcp.method.name']).toHaveLength(256);
    expect(JSON.stringify(await sdk.histograms())).not.toContain('secret/');
    await client.close();
    await story.close();
  });

  it.each([
    ['a number', { traceparent: 7, tracestate: [], baggage: 8 }],
    ['no trace', { traceparent: 'no trace' }],
    ['an object with a prototype', { traceparent: { constructor: 'x' } }],
  ])('ignores a trace context that is %s', async (_name, _meta) => {
    const story = await start();
    const client = await (ways[0] as Way).connect(story);
    const { content } = await sdkOf(client).callTool({
      name: 'order',
      arguments: { amount: 1 },
      _meta,
    });
    expect(content[0].text).toBe('ordered 1');
    const call = sdk.spans().find(({ name }) => name === 'tools/call order');
    expect(call?.parentSpanContext).toBeUndefined();
    await client.close();
    await story.close();
  });
});

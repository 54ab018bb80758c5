import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SpanKind } from '@opentelemetry/api';
import { call, openSession, post } from '../../libs/mcp/test/wire.js';
import { postModern } from '../protocol/modern.wire.js';
import { boundaries } from './conventions.table.js';

const traced = fileURLToPath(new URL('traced.child.mjs', import.meta.url));
const sdk = new URL('traced.sdk.mjs', import.meta.url).href;

interface SeenSpan {
  name: string;
  kind: SpanKind;
  by: string;
  traceId: string;
  id: string;
  parent?: string;
  links: string[];
}

const traceId = (digit: number): string => `${digit}`.repeat(32);
const clientSpan = 'c'.repeat(16);
const traceparent = (digit: number): string => `00-${traceId(digit)}-${clientSpan}-01`;
const ok = { result: { content: [{ text: 'found' }] } };

describe.each(['express', 'fastify'])('Beside the official instrumentations on %s', (platform) => {
  let child: ChildProcess;
  let url: string;
  let scrapeUrl: string;

  /** Resolves with the next message that has that key. */
  async function message<T>(key: string): Promise<T> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop
      const [said] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [
        unknown,
      ];
      if (typeof said !== 'object')
        throw new Error(`The application ended with ${JSON.stringify(said)}.`);
      if (said !== null && key in said) return (said as Record<string, T>)[key] as T;
    }
  }

  beforeAll(async () => {
    child = fork(traced, [platform], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', sdk],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const scraping = message<string>('scrapeUrl');
    const listening = message<string>('url');
    scrapeUrl = await scraping;
    url = (await listening).replace('[::1]', '127.0.0.1');
  });

  afterAll(async () => {
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  });

  /** The spans of one trace, once that of the HTTP request has ended, which may be after its answer. */
  async function spansOf(trace: string, httpTrace = trace): Promise<SeenSpan[]> {
    for (;;) {
      child.send('spans');
      // oxlint-disable-next-line no-await-in-loop
      const spans = await message<SeenSpan[]>('spans');
      const isHttp = ({ by, kind }: SeenSpan) => by.endsWith('-http') && kind === SpanKind.SERVER;
      const isOver = spans.some((span) => span.traceId === httpTrace && isHttp(span));
      if (isOver) return spans.filter((span) => [trace, httpTrace].includes(span.traceId));
    }
  }

  const eras: [
    string,
    (digit: number, meta: object, headers: Record<string, string>) => Promise<Response>,
  ][] = [
    [
      'legacy',
      async (digit, _meta, headers) =>
        post(`${url}/mcp`, call(digit, 'find', { _meta }), {
          ...(await openSession(`${url}/mcp`)),
          ...headers,
        }),
    ],
    [
      'modern',
      (_digit, meta, headers) =>
        postModern(
          `${url}/mcp`,
          'tools/call',
          { name: 'find' },
          {
            meta: meta as Record<string, unknown>,
            headers,
          },
        ),
    ],
  ];

  it.each(eras)(
    'one trace leads from the span of the client to that of the handler, and links the HTTP request: %s',
    async (era, send) => {
      const [own, http] = era === 'legacy' ? [1, 2] : [3, 4];
      const response = await send(
        own,
        { traceparent: traceparent(own) },
        { traceparent: traceparent(http) },
      );
      expect(await response.json()).toMatchObject(ok);
      const spans = await spansOf(traceId(own), traceId(http));
      const request = spans.find(({ by }) => by.endsWith('instrumentation-http'));
      expect(request).toMatchObject({ traceId: traceId(http), parent: clientSpan });
      const tool = spans.find(({ by }) => by === 'nestjs-mcp');
      expect(tool).toMatchObject({
        name: 'tools/call find',
        kind: SpanKind.SERVER,
        traceId: traceId(own),
        parent: clientSpan,
      });
      const [linked = ''] = tool?.links ?? [];
      const others = spans.filter((span) => span.traceId === traceId(http));
      expect(others.map((span) => `${span.traceId} ${span.id}`)).toContain(linked);
      const query = spans.find(({ by }) => by === 'database');
      expect(query).toMatchObject({
        name: 'SELECT orders',
        traceId: traceId(own),
        parent: tool?.id,
      });
    },
  );

  it.each(eras)(
    'a client that sends its trace in the headers alone has one trace of all: %s',
    async (era, send) => {
      const digit = era === 'legacy' ? 5 : 6;
      const response = await send(digit, {}, { traceparent: traceparent(digit) });
      expect(await response.json()).toMatchObject(ok);
      const spans = await spansOf(traceId(digit));
      const byId = new Map(spans.map((span) => [span.id, span]));
      const path: string[] = [];
      let span = spans.find(({ by }) => by === 'database');
      for (; span; span = byId.get(span.parent ?? '')) path.push(span.by);
      expect(path.slice(0, 2)).toEqual(['database', 'nestjs-mcp']);
      expect(path.at(-1)).toBe('@opentelemetry/instrumentation-http');
      expect(spans.map(({ by }) => by)).toContain(
        platform === 'express' ? '@opentelemetry/instrumentation-express' : '@fastify/otel',
      );
    },
  );

  it('Prometheus scrapes the histograms of the conventions', async () => {
    const text = await (await fetch(scrapeUrl)).text();
    expect(text).toContain('# TYPE mcp_server_operation_duration histogram');
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith('mcp_server_operation_duration_'))
      .filter((line) => line.includes('gen_ai_tool_name="find"') && line.includes('2025-11-25'));
    expect(lines.find((line) => line.includes('_count{'))).toMatch(/\} 2$/);
    const bounds = lines.flatMap((line) => /le="(.+?)"/.exec(line)?.[1] ?? []);
    expect(bounds).toEqual([...boundaries.map(String), '+Inf']);
  });
});

import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { openTelemetry } from 'nestjs-mcp/telemetry';
import { connectLegacy } from '../protocol/story.clients.js';
import { registerSdk, type MemorySdk } from '../telemetry/memory.sdk.js';
import { answers, startShared, type Shared } from './fleet.js';
import { describeWithRedis } from './redis.server.js';

describeWithRedis('A call whose messages reach several processes', () => {
  let sdk: MemorySdk;
  let shared: Shared;

  beforeAll(async () => {
    sdk = registerSdk();
    shared = await startShared(2, { telemetry: openTelemetry() });
  });

  afterAll(async () => {
    await shared.close();
    await sdk.shutdown();
  });

  it.each([
    ['HTTP+SSE', SSEClientTransport, '/sse'],
    ['Streamable HTTP', StreamableHTTPClientTransport, '/mcp'],
  ] as const)(
    'is one trace over %s, with the questions to its client',
    async (_, Transport, path) => {
      const url = new URL(path, shared.urls[0]);
      const { legacy, close } = await connectLegacy(
        new Transport(url, { fetch: shared.balance }),
        answers,
      );
      const caller = trace.getTracer('client').startSpan('the agent');
      const _meta = {};
      propagation.inject(trace.setSpan(context.active(), caller), _meta);
      // Each of the three answers goes to another process than the one before.
      await legacy.callTool({ name: 'ask_all', arguments: {}, _meta });
      await close();
      caller.end();
      const { traceId, spanId } = caller.spanContext();
      const spans = sdk.spans().filter((span) => span.spanContext().traceId === traceId);
      const call = spans.find(({ kind }) => kind === SpanKind.SERVER);
      expect(call?.name).toBe('tools/call ask_all');
      expect(call?.parentSpanContext?.spanId).toBe(spanId);
      const questions = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
      // They are asked side by side.
      const names = questions
        .map(({ name }) => name)
        .toSorted((one, other) => one.localeCompare(other));
      expect(names).toEqual(['elicitation/create', 'roots/list', 'sampling/createMessage']);
      const parents = questions.map(({ parentSpanContext }) => parentSpanContext?.spanId);
      expect(new Set(parents)).toEqual(new Set([call?.spanContext().spanId]));
    },
  );
});

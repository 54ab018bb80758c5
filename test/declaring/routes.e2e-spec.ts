import { Controller, Get, Injectable, Module, VersioningType } from '@nestjs/common';
import { McpTool, sse, streamableHttp, type McpModuleOptions } from 'nestjs-mcp';
import { adapters, startApp, type StartedApp, type StartOptions } from '../support/start-app.js';
import { textOf, call } from '../support/tool-calls.js';

@Injectable()
class Ping {
  @McpTool()
  ping(): string {
    return 'pong';
  }
}

@Controller('health')
class HealthController {
  @Get()
  health(): string {
    return 'healthy';
  }
}

@Module({ controllers: [HealthController], providers: [Ping] })
class AppParts {}

type Layout = [
  string,
  {
    mcp?: Partial<McpModuleOptions>;
    configure?: StartOptions['configure'];
    streamable: string;
    sse: string;
    messages: string;
    health: string;
  },
];

const layouts: Layout[] = [
  ['by default', { streamable: 'mcp', sse: 'sse', messages: '/messages', health: 'health' }],
  [
    'with all under one prefix',
    {
      mcp: { prefix: 'mcp', transports: [streamableHttp({ path: '' }), sse()] },
      streamable: 'mcp',
      sse: 'mcp/sse',
      messages: '/mcp/messages',
      health: 'health',
    },
  ],
  [
    'with a prefix of the server',
    {
      mcp: { prefix: 'admin' },
      streamable: 'admin/mcp',
      sse: 'admin/sse',
      messages: '/admin/messages',
      health: 'health',
    },
  ],
  [
    'with paths of its own',
    {
      mcp: {
        transports: [
          streamableHttp({ path: 'rpc' }),
          sse({ path: 'events', messagesPath: 'inbox' }),
        ],
      },
      streamable: 'rpc',
      sse: 'events',
      messages: '/inbox',
      health: 'health',
    },
  ],
  [
    'under a global prefix',
    {
      configure: (app) => {
        app.setGlobalPrefix('api');
      },
      streamable: 'api/mcp',
      sse: 'api/sse',
      messages: '/api/messages',
      health: 'api/health',
    },
  ],
  [
    'excluded from a global prefix',
    {
      configure: (app) => {
        app.setGlobalPrefix('api', { exclude: ['mcp', 'sse', 'messages'] });
      },
      streamable: 'mcp',
      sse: 'sse',
      messages: '/messages',
      health: 'api/health',
    },
  ],
  [
    'without a version where the application has versions',
    {
      configure: (app) => {
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
      streamable: 'mcp',
      sse: 'sse',
      messages: '/messages',
      health: 'v1/health',
    },
  ],
  [
    'with a version of its own under a global prefix',
    {
      mcp: { apiVersion: '2' },
      configure: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
      streamable: 'api/v2/mcp',
      sse: 'api/v2/sse',
      messages: '/api/v2/messages',
      health: 'api/v1/health',
    },
  ],
  [
    'behind a proxy that adds a path',
    {
      mcp: { publicUrl: 'https://example.com/tools' },
      streamable: 'mcp',
      sse: 'sse',
      messages: '/tools/messages',
      health: 'health',
    },
  ],
];

/** What the `endpoint` event of an SSE stream says. */
async function endpointOf(url: string): Promise<string> {
  const response = await fetch(url);
  let stream = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    stream += Buffer.from(chunk).toString();
    const endpoint = /event: endpoint\ndata: (?<path>[^?\n]+)/.exec(stream)?.groups?.['path'];
    if (endpoint !== undefined) return endpoint;
  }
  throw new Error(`no endpoint event in ${stream}`);
}

describe.each(adapters)('The routes (%s)', (adapter) => {
  let served: StartedApp;

  afterEach(() => served.close());

  it.each(layouts)('lie %s', async (_name, layout) => {
    const { mcp, configure, streamable, sse: events, messages, health } = layout;
    served = await startApp({ adapter, mcp, configure, imports: [AppParts] });
    expect(textOf(await call(await served.connect({ path: streamable }), 'ping'))).toBe('pong');
    expect(textOf(await call(await served.connect({ path: `${streamable}/` }), 'ping'))).toBe(
      'pong',
    );
    expect(await endpointOf(`${served.url}/${events}`)).toBe(messages);
    if (!mcp?.publicUrl) {
      expect(textOf(await call(await served.connect({ path: events, over: 'sse' }), 'ping'))).toBe(
        'pong',
      );
    }
    const answer = await fetch(`${served.url}/${health}`);
    expect(await answer.text()).toBe('healthy');
  });
});

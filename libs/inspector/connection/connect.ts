import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import type { InspectorPage, ShownServer } from '../../mcp/src/inspector/inspector-page.js';
import { createLoggingFetch } from './logging-fetch.js';
import { ask } from './questions.js';
import { tasksExtension } from './task-handle.js';

/** The era and transport with which the page connects to a server. */
export type Way = 'modern' | 'legacy' | 'sse';

/** The labels of the ways to connect. */
export const ways: Readonly<Record<Way, string>> = {
  modern: 'Streamable HTTP, 2026-07-28',
  legacy: 'Streamable HTTP, 2025-11-25',
  sse: 'HTTP+SSE, 2025-11-25',
};

/** The revision of the modern era that the page uses. */
const modernRevision = '2026-07-28';

/** The page's own URL, with a trailing slash and with any prefix of a proxy. */
export const pageUrl = new URL('.', import.meta.url);

/** The ways to connect that a server supports. */
export function waysOf(server: ShownServer): Way[] {
  return [
    ...(server.streamableHttp.length > 0 ? (['modern', 'legacy'] as const) : []),
    ...(server.sse.length > 0 ? (['sse'] as const) : []),
  ];
}

/** The URL of a server: with the proxy prefix of the page, and with the page's values for parameters of the prefix. */
export function urlOf(page: InspectorPage, server: ShownServer, way: Way): URL {
  const [path = '/'] = way === 'sse' ? server.sse : server.streamableHttp;
  const own = segmentsOf(page.path);
  const asked = segmentsOf(pageUrl.pathname);
  const before = asked.slice(0, asked.length - own.length);
  const values = new Map(own.map((segment, i) => [segment, asked[before.length + i] ?? segment]));
  const segments = segmentsOf(path).map(
    (one) => (one.startsWith(':') ? values.get(one) : one) ?? one,
  );
  return new URL(`/${[...before, ...segments].join('/')}`, pageUrl);
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** Receives the events of a connection besides its answers. */
export interface Listener {
  notified(method: string, params: Readonly<Record<string, unknown>>): void;
  failed(error: Error): void;
}

/** Connects as an MCP client that can answer questions. Rejects with the error of the SDK. */
export async function connect(
  server: ShownServer,
  { way, url, token }: { readonly way: Way; readonly url: URL; readonly token: string },
  listener: Listener,
): Promise<Client> {
  const era = way === 'modern' ? 'modern' : 'legacy';
  const client = new Client(
    { name: 'nestjs-mcp-inspector', version: '1.0.0' },
    {
      capabilities: {
        elicitation: { form: {}, url: {} },
        sampling: {},
        roots: {},
        ...(era === 'modern' && { extensions: { [tasksExtension]: {} } }),
      },
      versionNegotiation: { mode: era === 'modern' ? { pin: modernRevision } : 'legacy' },
      // The page shows every result, even one that does not match the tool's own schema.
      jsonSchemaValidator: {
        getValidator: () => (input: unknown) =>
          ({ valid: true, data: input, errorMessage: undefined }) as never,
      },
    },
  );
  client.setRequestHandler(
    'elicitation/create',
    ({ params }) => ask('elicitation/create', params) as never,
  );
  client.setRequestHandler(
    'sampling/createMessage',
    ({ params }) => ask('sampling/createMessage', params) as never,
  );
  client.setRequestHandler('roots/list', () => ({ roots: [] }));
  client.fallbackNotificationHandler = async ({ method, params }) =>
    listener.notified(method, params ?? {});
  client.onerror = (error) => listener.failed(error);
  const settings = { fetch: createLoggingFetch(server.name, era, token) };
  const transport =
    way === 'sse'
      ? new SSEClientTransport(url, settings)
      : new StreamableHTTPClientTransport(url, settings);
  await client.connect(transport);
  if (era === 'legacy' && client.getServerCapabilities()?.logging) {
    await client.setLoggingLevel('debug');
  }
  return client;
}

import { Agent } from 'node:http';
import { hello, LEGACY, type BenchClient, type Result } from './bench-client.js';
import { send, type Answer, type Target } from './http-post.js';
import { connectSse } from './sse-client.js';
import { TOKEN } from './token.js';

/** How a client speaks: bare JSON-RPC, or one of the ways of MCP. */
export type Way = 'bare' | 'session' | 'stateless' | 'modern' | 'sse';

const MODERN = '2026-07-28';
const plain = {
  Accept: 'application/json, text/event-stream',
  'Content-Type': 'application/json',
};

/** Of a call without a session that is answered by a stream. */
export const streamHeaders = {
  ...plain,
  Authorization: `Bearer ${TOKEN}`,
  'MCP-Protocol-Version': LEGACY,
};

const envelope = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': hello.clientInfo,
};

/** Opens a client, on a connection of its own unless it is given an agent. */
export async function connect(
  way: Way,
  port: number,
  agent = new Agent({ keepAlive: true, maxSockets: 1 }),
  token = TOKEN,
): Promise<BenchClient> {
  const basics = { ...plain, Authorization: `Bearer ${token}` };
  const target: Target = { agent, port };
  if (way === 'sse') return connectSse(target, basics);
  if (way === 'session') return connectSession([target], basics);
  let id = 0;
  return {
    async request(method, params) {
      id++;
      const message = { jsonrpc: '2.0', id, method, params };
      if (way !== 'modern') {
        const headers = { ...basics, 'MCP-Protocol-Version': LEGACY };
        return resultOf(await send(target, 'POST', '/mcp', headers, JSON.stringify(message)), id);
      }
      const { name, uri } = params as { name?: string; uri?: string };
      const subject = name ?? uri;
      const headers = {
        ...basics,
        'MCP-Protocol-Version': MODERN,
        'Mcp-Method': method,
        ...(subject !== undefined && { 'Mcp-Name': subject }),
      };
      const body = JSON.stringify({ ...message, params: { ...params, _meta: envelope } });
      return resultOf(await send(target, 'POST', '/mcp', headers, body), id);
    },
    async close() {
      agent.destroy();
    },
  };
}

/** Opens a session whose every message goes to the next of these servers. */
export function connectAcross(ports: readonly number[]): Promise<BenchClient> {
  return connectSession(
    ports.map((port) => ({ port, agent: new Agent({ keepAlive: true, maxSockets: 1 }) })),
    { ...plain, Authorization: `Bearer ${TOKEN}` },
  );
}

async function connectSession(
  targets: readonly Target[],
  basics: Readonly<Record<string, string>>,
): Promise<BenchClient> {
  let id = 1;
  let sent = 0;
  const next = (): Target => targets[sent++ % targets.length] as Target;
  const post = (message: object, headers: object): Promise<Answer> =>
    send(next(), 'POST', '/mcp', { ...basics, ...headers }, JSON.stringify(message));
  const first = await post({ jsonrpc: '2.0', id, method: 'initialize', params: hello }, {});
  resultOf(first, id);
  const headers = {
    'Mcp-Session-Id': String(first.headers['mcp-session-id']),
    'MCP-Protocol-Version': LEGACY,
  };
  await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
  return {
    async request(method, params) {
      id++;
      return resultOf(await post({ jsonrpc: '2.0', id, method, params }, headers), id);
    },
    async close() {
      await send(next(), 'DELETE', '/mcp', { ...basics, ...headers });
      for (const { agent } of targets) agent.destroy();
    },
  };
}

/** The result in an answer, be it JSON or a stream that ends with it. */
function resultOf({ status, headers, text }: Answer, id: number): Result {
  if (status !== 200) throw new Error(`HTTP ${status}: ${text.slice(0, 300)}`);
  const json = headers['content-type']?.startsWith('text/event-stream') ? lastData(text) : text;
  const message = JSON.parse(json) as { id?: number; result?: Result };
  if (message.id !== id || message.result === undefined || message.result.isError) {
    throw new Error(`not the result of ${id}: ${json.slice(0, 300)}`);
  }
  return message.result;
}

function lastData(stream: string): string {
  const start = stream.lastIndexOf('\ndata: ');
  const from = start === -1 ? stream.indexOf('data: ') + 6 : start + 7;
  return stream.slice(from, stream.indexOf('\n', from));
}

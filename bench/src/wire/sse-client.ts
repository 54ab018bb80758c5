import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { hello, type BenchClient, type Result } from './bench-client.js';
import { send, type Target } from './http-post.js';

interface Waiting {
  resolve: (result: Result) => void;
  reject: (reason: Error) => void;
}

/** A stream of server-sent events, event by event. */
export function openStream(
  port: number,
  path: string,
  headers: OutgoingHttpHeaders,
  onEvent: (name: string, data: string) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const req = request(
      {
        host: '127.0.0.1',
        port,
        path,
        agent: false,
        headers: { ...headers, Accept: 'text/event-stream' },
      },
      (res) => {
        if (res.statusCode !== 200) {
          res.destroy();
          reject(new Error(`GET ${path}: HTTP ${res.statusCode}`));
          return;
        }
        let rest = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          // Some servers end their lines with CR LF.
          rest += chunk.replaceAll('\r', '');
          for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
            const event = rest.slice(0, end);
            rest = rest.slice(end + 2);
            const name = /^event: ?(.*)$/m.exec(event)?.[1] ?? 'message';
            const data = /^data: ?(.*)$/m.exec(event)?.[1];
            if (data !== undefined) onEvent(name, data);
          }
        });
        res.on('error', () => undefined);
        resolve(res);
      },
    );
    req.on('error', reject);
    req.end();
  });
}

/** A client of HTTP+SSE: posts on `target`'s connection, reads the answers from a stream of its own. */
export async function connectSse(
  target: Target,
  headers: OutgoingHttpHeaders,
): Promise<BenchClient> {
  const waiting = new Map<number, Waiting>();
  let endpoint = '';
  let arrived: (() => void) | undefined;
  const ready = new Promise<void>((resolve) => (arrived = resolve));
  const stream = await openStream(target.port, '/sse', headers, (name, data) => {
    if (name === 'endpoint') {
      endpoint = data;
      arrived?.();
      return;
    }
    const message = JSON.parse(data) as { id?: number; result?: Result };
    const call = waiting.get(message.id ?? -1);
    waiting.delete(message.id ?? -1);
    if (message.result === undefined || message.result.isError) {
      call?.reject(new Error(`not a result: ${data.slice(0, 300)}`));
    } else call?.resolve(message.result);
  });
  stream.once('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the stream is over'));
  });
  await ready;
  let id = 0;
  const post = async (message: object): Promise<void> => {
    const { status, text } = await send(target, 'POST', endpoint, headers, JSON.stringify(message));
    if (status !== 202) throw new Error(`HTTP ${status}: ${text.slice(0, 300)}`);
  };
  const call = async (method: string, params: object): Promise<Result> => {
    id++;
    const answer = new Promise<Result>((resolve, reject) => waiting.set(id, { resolve, reject }));
    const posted = post({ jsonrpc: '2.0', id, method, params });
    const [result] = await Promise.all([answer, posted]);
    return result;
  };
  await call('initialize', hello);
  await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return {
    request: call,
    async close() {
      stream.destroy();
      target.agent.destroy();
    },
  };
}

import { request, type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

/** What came back for a POST. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Where requests go, and over which connections. */
export interface Target {
  agent: Agent;
  port: number;
}

/** Sends one request and reads the whole answer. */
export async function send(
  target: Target,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body = '',
): Promise<Answer> {
  const sent = (): Promise<Answer> => sendOnce(target, method, path, headers, body);
  // A server may give up an idle connection in the very moment in which it is used again.
  return sent().catch((error: unknown) =>
    error instanceof StaleConnection ? sent() : throws(error),
  );
}

class StaleConnection extends Error {}

function throws(error: unknown): never {
  throw error;
}

function sendOnce(
  { agent, port }: Target,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      },
      (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => (text += chunk));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
        res.on('error', reject);
      },
    );
    req.setTimeout(30_000, () => req.destroy(new Error(`${method} ${path}: no answer in 30 s`)));
    req.on('error', (error: NodeJS.ErrnoException) =>
      reject(req.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error),
    );
    req.end(body);
  });
}

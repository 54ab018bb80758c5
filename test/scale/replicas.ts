import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { TestRedis } from './redis.server.js';

const script = fileURLToPath(new URL('replica.mjs', import.meta.url));

/** Starts one process of the server. Resolves when it listens. */
export async function startReplica(redis: TestRedis, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, NODE_ENV: 'test', NO_COLOR: '1', REDIS_URL: redis.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const listening = /Listening on (http:\S+)/.exec(output);
      if (listening) resolve(listening[1] as string);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the process exited with ${code}:\n${output}`)));
  });
  const ended = once(child, 'exit');
  return {
    url,
    pid: child.pid,
    output: () => output,
    /** Ends the process. Resolves with its exit code and signal. */
    async end(signal: 'SIGKILL' | 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

export type Replica = Awaited<ReturnType<typeof startReplica>>;

/** A balancer without sticky sessions: each request goes to the next process that accepts connections. */
export async function startBalancer(targets: readonly string[]) {
  let among = [...targets];
  let last = 0;
  const unsent = new Set<Promise<void>>();
  const server = createServer((req, res) => void pass(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const start = last++;
    for (let i = 0; i < among.length; i++) {
      const target = among[(start + i) % among.length] as string;
      const { sent, passed } = forward(target, req, body, res);
      unsent.add(sent);
      void sent.then(() => unsent.delete(sent));
      if (await passed) return;
    }
    res.writeHead(502).end();
  }

  return {
    url: `http://127.0.0.1:${port}`,
    /** Sends requests to these processes from here on. Resolves when those to the others have been sent completely. */
    async use(next: readonly string[]): Promise<void> {
      among = [...next];
      await Promise.all(unsent);
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Forwards a request. `passed` resolves with `false` if the process accepts no connection. */
function forward(
  target: string,
  { method, url = '/', headers }: IncomingMessage,
  body: Buffer,
  res: ServerResponse,
): { sent: Promise<void>; passed: Promise<boolean> } {
  const { host } = new URL(target);
  const sent = request(new URL(url, target), {
    method,
    headers: { ...headers, host },
    agent: false,
  });
  const passed = new Promise<boolean>((resolve) => {
    res.once('close', () => sent.destroy());
    sent.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') return resolve(false);
      res.destroy();
      resolve(true);
    });
    sent.once('response', (answer) => {
      resolve(true);
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      res.flushHeaders();
      answer.once('error', () => res.destroy());
      answer.pipe(res);
    });
  });
  const whole = new Promise<void>((resolve) => {
    sent.once('finish', resolve).once('close', resolve);
  });
  sent.end(body);
  return { sent: whole, passed };
}

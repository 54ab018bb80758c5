import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The command with which a client starts the reference app. */
export const builtApp = {
  command: process.execPath,
  args: [join(root, 'dist/src/main.js')],
  cwd: root,
};

/** Creates an HTTP transport of a client; `token` is sent as a bearer header. */
export function httpTransport(kind: 'sse' | 'streamable', url: string, token?: string): Transport {
  const requestInit = token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } };
  return kind === 'sse'
    ? new SSEClientTransport(new URL('/sse', url), { requestInit })
    : new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit });
}

/** Starts the built reference app as a child process over stdio. */
export function stdioTransport(env: Record<string, string> = {}): Transport {
  const { command, args, cwd } = builtApp;
  return new StdioClientTransport({
    command,
    args: [...args, '--stdio'],
    cwd,
    env,
    stderr: 'ignore',
  });
}

/** A connected client, and every message that it has received from the server. */
export interface Connected {
  readonly client: Client;
  readonly received: JSONRPCMessage[];
}

/** Connects the SDK's own client, and records the messages of the server. */
export async function connect(transport: Transport, options?: ClientOptions): Promise<Connected> {
  const client = new Client({ name: 'story', version: '1.0.0' }, options);
  const received: JSONRPCMessage[] = [];
  await client.connect(transport);
  const deliver = transport.onmessage;
  transport.onmessage = (message, extra) => {
    received.push(message);
    deliver?.(message, extra);
  };
  return { client, received };
}

/** Starts the built app over HTTP in a separate process. Resolves with its URL once it listens. */
export async function startProcess(env: Record<string, string> = {}) {
  const child = spawn(builtApp.command, builtApp.args, {
    cwd: builtApp.cwd,
    env: { ...process.env, PORT: '0', NO_COLOR: '1', NODE_ENV: 'test', ...env },
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
    child.once('exit', (code) => reject(new Error(`the app exited with ${code}:\n${output}`)));
  });
  return { child, url, output: () => output };
}

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import library from '../package.json' with { type: 'json' };
import { ExitError } from './exit.error.js';
import type { ServerTarget } from './server.target.js';

const identity = { name: 'nestjs-mcp-cli', version: library.version };

/** Statuses with which paths answer that serve something else, or nothing. */
const foreignStatuses = [404, 405, 406, 410, 415, 501];

/**
 * Connects to the server. A URL is tried as Streamable HTTP first, and as HTTP+SSE if the server does not support that
 * (specification, "Backwards Compatibility"). Throws `ExitError` with a remedy.
 */
export async function connectTo(target: ServerTarget): Promise<Client> {
  if (target.kind === 'stdio') return connectStdio(target);
  const requestInit = { headers: { ...target.headers } };
  const client = new Client(identity);
  try {
    await client.connect(new StreamableHTTPClientTransport(target.url, { requestInit }));
    return client;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 405) throw explain(error, target.url);
  }
  const older = new Client(identity);
  try {
    await older.connect(new SSEClientTransport(target.url, { requestInit }));
    return older;
  } catch (error) {
    throw explain(error, target.url);
  }
}

async function connectStdio(target: ServerTarget & { kind: 'stdio' }): Promise<Client> {
  const client = new Client(identity);
  const transport = new StdioClientTransport({
    command: target.command,
    args: [...target.args],
    env: definedOf(process.env),
    stderr: 'inherit',
  });
  try {
    await client.connect(transport);
    return client;
  } catch (error) {
    throw new ExitError(
      `The command ended or did not answer: ${messageOf(error)}. Does it serve MCP over stdio?`,
    );
  }
}

/** HTTP status of a failed request, if there was one. */
export function statusOf(error: unknown): number | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'number' && code >= 400 && code < 600) return code;
  const found = /\b(?:HTTP|status code|status)\s*:?\s*(4\d\d|5\d\d)\b/i.exec(messageOf(error));
  return found ? Number(found[1]) : undefined;
}

function explain(error: unknown, url: URL): ExitError {
  const { href } = url;
  const status = statusOf(error) ?? (isUnauthorized(error) ? 401 : undefined);
  if (status === 401) {
    return new ExitError(
      `${href} wants a bearer token: put it into the environment variable MCP_TOKEN.`,
    );
  }
  if (status === 403) return new ExitError(`${href} refused the request: ${messageOf(error)}`);
  if (isForeign(error, status))
    return new ExitError(`There is no MCP server at ${href}.${hint(url)}`);
  const cause = connectionErrorOf(error);
  if (cause === 'ECONNREFUSED') return new ExitError(`Nothing listens at ${href}.`);
  return new ExitError(`${href} could not be reached: ${messageOf(error)}`);
}

/** Whether something else than an MCP server has answered: by its status, its content type or its body. */
function isForeign(error: unknown, status: number | undefined): boolean {
  if (status !== undefined) return foreignStatuses.includes(status);
  if (!(error instanceof Error)) return false;
  // For a wrong content type the transports of the SDK have the status of success, or -1.
  const { code } = error as { code?: unknown };
  const hasOtherType = code === -1 || (typeof code === 'number' && code >= 200 && code < 300);
  return hasOtherType || ['SyntaxError', 'ZodError', '$ZodError'].includes(error.name);
}

function hint(url: URL): string {
  return /\/(?:mcp|sse)\/?$/.test(url.pathname) ? '' : ` Try ${new URL('/mcp', url).href}.`;
}

/** The code of a failed connection, such as `ECONNREFUSED`: the SDK and `fetch` each wrap it once. */
function connectionErrorOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return undefined;
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === 'UnauthorizedError';
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

import type { ServerSettings } from './servers/child.js';
import { ServerProcess } from './server-process.js';
import { connect, type Way } from './wire/client.js';

/** One way of serving, and how it is spoken to. */
export interface Contender {
  /** In figures and reports. */
  name: string;
  file: string;
  way: Way;
  settings: Partial<ServerSettings>;
  /** Takes milliseconds for a call: a tenth of the requests says as much. */
  slow: boolean;
}

/** A contender whose server runs. */
export interface Started extends Contender {
  server: ServerProcess;
}

/** One way of serving by `servers/<file>.js`. */
export function contender(
  name: string,
  file: string,
  way: Way,
  settings: Partial<ServerSettings> = {},
): Contender {
  const spoken = way === 'bare' ? {} : { way };
  const slow = settings.schemas === 'in place';
  return { name, file, way, settings: { ...spoken, ...settings }, slow };
}

const adapters = [
  ['', 'express'],
  [', Fastify', 'fastify'],
] as const;

/** Everyone who answers `tools/call`. */
export const callers: readonly Contender[] = [
  contender('node:http', 'floor', 'bare'),
  ...adapters.flatMap(([on, adapter]) => [
    contender(`plain Nest${on}`, 'plain-nest', 'bare', { adapter, guarded: false }),
    contender(`plain Nest, guard and DTO${on}`, 'plain-nest', 'bare', { adapter }),
    ...(['session', 'stateless', 'modern', 'sse'] as const).map((way) =>
      contender(`ours, ${way === 'sse' ? 'SSE' : way}${on}`, 'ours', way, { adapter }),
    ),
    contender(`ours, session, no guard${on}`, 'ours', 'session', { adapter, guarded: false }),
  ]),
  contender('plain Nest beside ours', 'plain-nest', 'bare', { beside: true, guarded: false }),
  contender('SDK v1, session', 'sdk1', 'session'),
  contender('SDK v1, session, JSON', 'sdk1', 'session', { json: true }),
  contender('SDK v1, stateless', 'sdk1', 'stateless'),
  contender('SDK v1, stateless, schemas in place', 'sdk1', 'stateless', { schemas: 'in place' }),
  contender('SDK v1, SSE', 'sdk1', 'sse'),
  contender('SDK v2, modern', 'sdk2', 'modern'),
  contender('SDK v2, modern, schemas in place', 'sdk2', 'modern', { schemas: 'in place' }),
  contender('mcp-nest 2, session', 'mcp-nest', 'session'),
  contender('mcp-nest 2, stateless', 'mcp-nest', 'stateless'),
  contender('mcp-nest 2, modern', 'mcp-nest', 'modern'),
  contender('mcp-nest 1.9, session', 'mcp-nest-1', 'session'),
  contender('mcp-nest 1.9, SSE', 'mcp-nest-1', 'sse'),
  contender('fastmcp, session', 'fastmcp', 'session'),
  contender('fastmcp, stateless', 'fastmcp', 'stateless'),
];

/** Those whose names contain one of the given texts (separated by semicolons); all where none is given. */
export function chosen(all: readonly Contender[], texts: string | undefined): readonly Contender[] {
  if (texts === undefined) return all;
  const parts = texts.split(';').map((part) => part.trim());
  return all.filter(({ name }) => parts.some((part) => name.includes(part)));
}

/** Everyone who answers `tools/list`. */
export const listers: readonly Contender[] = [
  contender('ours, session', 'ours', 'session'),
  contender('ours, modern', 'ours', 'modern'),
  contender('SDK v1, session', 'sdk1', 'session'),
  contender('SDK v2, modern', 'sdk2', 'modern'),
  contender('mcp-nest 2, session', 'mcp-nest', 'session'),
  contender('mcp-nest 1.9, session', 'mcp-nest-1', 'session'),
  contender('fastmcp, session', 'fastmcp', 'session'),
];

/** The same server with so many tools. */
export function withTools(tools: number): Contender {
  return contender(`ours, ${tools} tools`, 'ours', 'session', { tools });
}

/** The same servers with so many resource templates. */
export function withTemplates(templates: number): Contender[] {
  return [
    contender(`ours, ${templates} templates`, 'ours', 'session', { tools: 0, templates }),
    contender(`mcp-nest 2, ${templates} templates`, 'mcp-nest', 'session', { tools: 0, templates }),
  ];
}

/** The floor and ours, both with so many resources in pages of 100. */
export function withResources(resources: number): Contender[] {
  return [
    contender('node:http', 'floor', 'bare'),
    contender('ours, session', 'ours', 'session', { tools: 0, resources, large: true }),
    contender('ours, modern', 'ours', 'modern', { tools: 0, resources, large: true }),
  ];
}

/** Ours with 1,000 tools: all for everyone, and each caller another choice. */
export const filters: readonly Contender[] = [
  contender('ours, all tools', 'ours', 'stateless', { tools: 1_000 }),
  contender('ours, filtered', 'ours', 'stateless', { tools: 1_000, filtered: true }),
];

/** One of `callers`. */
export function called(name: string): Contender {
  const found = callers.find((one) => one.name === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found;
}

/** One of `callers`, with the tools whose messages are large. */
export function withLarge(name: string): Contender {
  const one = called(name);
  return { ...one, settings: { ...one.settings, large: true } };
}

/** Starts them; those that do not serve what they should are left out, aloud. */
export async function start(contenders: readonly Contender[]): Promise<Started[]> {
  const started: Started[] = [];
  for (const one of contenders) {
    const server = await ServerProcess.start(one.file, one.settings).catch(report(one));
    if (!server) continue;
    const usable = await connect(one.way, server.port)
      .then(async (client) => {
        // Only servers of that revision know it.
        if (one.way === 'modern') await client.request('server/discover', {});
        await client.close();
        return true;
      })
      .catch(report(one));
    if (usable) started.push({ ...one, server });
    else await server.stop();
  }
  return started;
}

function report({ name }: Contender): (error: Error) => undefined {
  return (error) => {
    console.warn(`LEFT OUT: ${name}: ${error.message}`);
    return undefined;
  };
}

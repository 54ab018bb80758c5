import type { LoggerService } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { McpEra } from '../protocol/era.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpModuleOptions } from '../mcp.options.js';
import type { McpEngine } from '../engine/engine.js';
import type { SessionManager } from '../sessions/session.manager.js';
import { createLocalRequest } from '../platform/local-request.js';
import { untilRead } from '../platform/until-read.js';
import { connectInMemory } from '../transports/in-memory/connect-in-memory.js';
import type {
  Preflight,
  TransportDefinition,
  TransportEntry,
  TransportHost,
} from '../transports/mcp.transport.js';
import { ArrivingBodies } from '../transports/http/arriving-bodies.js';
import { UnsentBudget } from '../transports/unsent-budget.js';
import type { ServerBounds } from './server-limits.js';
import type { ServerSharing } from './server-sharing.js';

/** Functions of other folders that transports need. */
export interface TransportDoors {
  /** The caller of an HTTP request. */
  readonly authOf: (request: object) => McpAuth | undefined;
  readonly adapterHost: HttpAdapterHost;
  readonly fullPaths: NonNullable<TransportHost['fullPaths']>;
  readonly holds: TransportHost['holds'];
  readonly preflight: Preflight;
  readonly refused: NonNullable<TransportHost['refused']>;
  readonly engine: Pick<McpEngine, 'receive' | 'prepare' | 'headersOf' | 'attach'>;
  readonly sharing: ServerSharing;
}

/** The address of an HTTP transport for clients. */
export interface ServerRemote {
  readonly kind: 'streamable-http' | 'sse';
  /** The path with every prefix except that of a reverse proxy. */
  readonly path: string;
  readonly eras: readonly McpEra[];
}

/** The transports of one server, and the sessions opened over them. */
export class ServerTransports {
  readonly sessions: SessionManager;
  private readonly entries = new Map<TransportDefinition, TransportEntry>();
  private readonly host: TransportHost;

  constructor(
    options: McpModuleOptions,
    bounds: ServerBounds,
    logger: LoggerService,
    { engine, sharing, adapterHost, ...doors }: TransportDoors,
  ) {
    const { limits, sessions, owners } = bounds;
    const { unsent, stallTimeout } = limits;
    this.sessions = sharing.sessions;
    this.sessions.sharer?.whenAdopted((session) => engine.attach(session));
    this.host = {
      name: options.name,
      sessions: this.sessions,
      eventStore: sharing.eventStore,
      resumeTimeout: sessions.resumeTimeout,
      limits,
      owners,
      unsent: new UnsentBudget({ max: unsent, stallTimeout }),
      bodies: new ArrivingBodies(limits.bodies),
      publicPath: options.publicUrl ? new URL(options.publicUrl).pathname.replace(/\/+$/, '') : '',
      logger,
      ...doors,
      // A testing module gets its adapter late.
      createRequest: (local) => createLocalRequest(adapterHost.httpAdapter, local),
      prepare: () => engine.prepare(),
      receive: (message, origin, reply) => engine.receive(message, origin, reply),
      headersOf: (tool) => engine.headersOf(tool),
    };
  }

  /** The running part of a configured transport, always the same one. */
  entry(transport: TransportDefinition): TransportEntry {
    let entry = this.entries.get(transport);
    if (!entry) {
      entry = transport.createEntry(this.host);
      this.entries.set(transport, entry);
    }
    return entry;
  }

  /** The path that a reverse proxy adds before every path: '' or '/base'. */
  get publicPath(): string {
    return this.host.publicPath;
  }

  /** The addresses of the server over HTTP: one for each transport and version of the API. */
  remotes(): ServerRemote[] {
    return [...this.entries.keys()].flatMap(({ kind, path, eras = [] }) => {
      if ((kind !== 'sse' && kind !== 'streamable-http') || path === undefined) return [];
      const paths = this.host.fullPaths?.(kind === 'sse' ? 'GET' : 'POST', path) ?? [];
      return [...new Set(paths)].map((full) => ({ kind, path: full, eras }));
    });
  }

  /** The full paths of a transport for clients: one for each version of the API. */
  pathsOf(kind: 'streamable-http' | 'sse'): string[] {
    return this.remotes().flatMap(({ kind: own, path }) => (own === kind ? path : []));
  }

  /** Whether the server is reachable over the network. */
  get areOnHttp(): boolean {
    return [...this.entries.keys()].some((transport) => 'createController' in transport);
  }

  /** An empty request of the adapter's type, for what runs without HTTP. */
  createRequest(): object {
    return this.host.createRequest({});
  }

  /** The client's end of a connection inside this process. */
  connectInMemory(auth?: McpAuth): ReturnType<typeof connectInMemory> {
    return connectInMemory(this.host, { auth });
  }

  async open(): Promise<void> {
    for (const entry of this.entries.values()) await entry.open?.();
  }

  /** Refuses new sessions, as soon as the requests that have reached the process before are read: those are served. */
  async drain(): Promise<void> {
    // A handler may have begun the shutdown before Node had finished reading its request: until then `server.close()`
    // would not count the connection as idle, and wait for its client.
    if (this.areOnHttp) await untilRead();
    this.sessions.drain();
    for (const entry of this.entries.values()) entry.drain?.();
  }

  /** Ends every stream and session. */
  async close(): Promise<void> {
    this.host.bodies.close();
    await Promise.all([...this.entries.values()].map((entry) => entry.close()));
    this.sessions.closeAll();
  }
}

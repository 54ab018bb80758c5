import type { IncomingMessage } from 'node:http';
import type { OnModuleInit } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { HostOriginGuard } from '../auth/host-origin.guard.js';
import { findShapes } from '../discovery/server-shape.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { RunningServer } from '../server/running-server.js';
import { getRunningServerToken, type ServerInside } from '../server/server-inside.js';

/** What the page must know of a server before it connects. */
export interface ShownServer {
  readonly name: string;
  readonly title?: string;
  readonly version: string;
  /** Paths of its transports, in full; empty where it does not have the transport. */
  readonly streamableHttp: readonly string[];
  readonly sse: readonly string[];
  /** Whether a caller without a token is refused. */
  readonly needsToken: boolean;
  /** The URL of the server for its clients, where it is not the one that the browser uses. */
  readonly publicUrl?: string;
}

/** The servers of one inspector page. */
export class ShownServers implements OnModuleInit {
  private inside: readonly ServerInside[] = [];
  private hostGuards: readonly HostOriginGuard[] = [];

  constructor(
    private readonly names: readonly string[] | undefined,
    private readonly modules: ModulesContainer,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Finds the servers. Throws `McpConfigurationError` where there is none of a given name. */
  onModuleInit(): void {
    const all = findShapes(this.modules).map(({ name }) => name);
    const unknown = this.names?.find((name) => !all.includes(name));
    if (unknown !== undefined || all.length === 0) {
      throw new McpConfigurationError(
        'McpInspectorModule',
        unknown === undefined ? 'there is no MCP server.' : `there is no server '${unknown}'.`,
        unknown === undefined ? 'Import McpModule, too.' : `Name one of: ${all.join(', ')}.`,
      );
    }
    this.inside = (this.names ?? all).map(
      (name) =>
        this.moduleRef.get<RunningServer>(getRunningServerToken(name), { strict: false }).inside,
    );
    this.hostGuards = this.inside.map(({ options }) => new HostOriginGuard(options));
  }

  /** Throws `ForbiddenException` where none of the servers takes requests of this host and origin. */
  assertHost(request: IncomingMessage): void {
    let refusal: unknown;
    for (const guard of this.hostGuards) {
      try {
        guard.assertAdmitted(request);
        return;
      } catch (error) {
        refusal ??= error;
      }
    }
    throw refusal;
  }

  /** What the page is told of them. */
  describe(): ShownServer[] {
    return this.inside.map(({ options, pathsOf }) => {
      const { name, title, version, auth, publicUrl } = options;
      return {
        name,
        ...(title !== undefined && { title }),
        version,
        streamableHttp: pathsOf('streamable-http'),
        sse: pathsOf('sse'),
        needsToken: auth?.verifier !== undefined && auth.optional !== true,
        ...(publicUrl !== undefined && { publicUrl }),
      };
    });
  }
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { OnModuleInit, Type } from '@nestjs/common';
import type { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import { HostOriginGuard } from '../auth/host-origin.guard.js';
import { findShapes } from '../discovery/server-shape.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { getLandingPageToken, type LandingPage } from '../landing/landing-page.js';
import type { RunningServer } from '../server/running-server.js';
import { readRoutes } from '../server/route-table.js';
import { getRunningServerToken, type ServerInside } from '../server/server-inside.js';
import { createInspection } from './create-inspection.js';
import { inspectMethod } from './inspection.js';
import type { InspectorPage } from './inspector-page.js';

/** The servers of one inspector page. */
export class ShownServers implements OnModuleInit {
  private readonly run = randomUUID();
  private path: string | undefined;
  private inside: readonly ServerInside[] = [];
  private hostGuards: readonly HostOriginGuard[] = [];

  constructor(
    private readonly options: {
      /** Default: all. */
      readonly names: readonly string[] | undefined;
      readonly scope: string | undefined;
    },
    private readonly controller: Type,
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Finds the servers. Throws `McpConfigurationError` if there is none with a given name. */
  onModuleInit(): void {
    const all = findShapes(this.modules).map(({ name }) => name);
    const { names, scope } = this.options;
    const unknown = names?.find((name) => !all.includes(name));
    if (unknown !== undefined || all.length === 0) {
      throw new McpConfigurationError(
        'McpInspectorModule',
        unknown === undefined ? 'there is no MCP server.' : `there is no server '${unknown}'.`,
        unknown === undefined ? 'Import McpModule, too.' : `Name one of: ${all.join(', ')}.`,
      );
    }
    const shown = names ?? all;
    for (const name of shown) {
      const landing = this.moduleRef.get<LandingPage>(getLandingPageToken(name), { strict: false });
      landing.inspectorPath = () => this.ownPath();
    }
    this.inside = shown.map(
      (name) =>
        this.moduleRef.get<RunningServer>(getRunningServerToken(name), { strict: false }).inside,
    );
    for (const inside of this.inside) {
      inside.addMethod(inspectMethod, async (_params, call) =>
        createInspection(inside, call, scope),
      );
    }
    this.hostGuards = this.inside.map(({ options }) => new HostOriginGuard(options));
  }

  /** Throws `ForbiddenException` if none of the servers allows this host and origin. */
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

  /** The data for the page. */
  describe(): InspectorPage {
    const servers = this.inside.map((inside) => {
      const { name, title, version, publicUrl } = inside.options;
      return {
        name,
        ...(title !== undefined && { title }),
        version,
        streamableHttp: inside.pathsOf('streamable-http'),
        sse: inside.pathsOf('sse'),
        needsToken: inside.needsToken(),
        ...(publicUrl !== undefined && { publicUrl }),
      };
    });
    return { path: this.ownPath(), run: this.run, servers };
  }

  /** The application's path of the page. Every open page requests it repeatedly. */
  private ownPath(): string {
    this.path ??= this.findPath();
    return this.path;
  }

  private findPath(): string {
    const own = readRoutes(this.modules, this.config).find(
      ({ controller, method }) => controller === this.controller && method === 'index',
    );
    return own?.path ?? '/';
  }
}

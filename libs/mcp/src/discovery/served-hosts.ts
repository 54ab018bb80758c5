import type { LoggerService, Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { DeclarationErrors } from '../errors/declaration-errors.js';
import { isCreatedByNest, type HandlerHost } from '../execution/handler-host.js';
import { checkIncluded } from './included-modules.js';
import { findShapes, reportsForAll, serversOf, type ServerShape } from './server-shape.js';

/** The server and its application. */
export interface ServedHostsSettings {
  readonly server: string;
  readonly modules: ModulesContainer;
  readonly logger: LoggerService;
}

/** Determines which of the application's decorated providers and controllers belong to one server. */
export class ServedHosts {
  private readonly shapes: readonly ServerShape[];
  private readonly seen = new Map<string, unknown>();

  constructor(private readonly settings: ServedHostsSettings) {
    this.shapes = findShapes(settings.modules);
  }

  /** Adds an error for each entry of this server's `include` that is no module of the application. */
  check(errors: DeclarationErrors): void {
    const { server, modules } = this.settings;
    const own = this.shapes.find(({ name }) => name === server);
    if (own) checkIncluded(own, modules, errors);
  }

  /**
   * Whether the declaration at `where` belongs to this server. Throws `McpConfigurationError` for a server that does
   * not exist.
   */
  isServed({ module }: HandlerHost, named: readonly string[] | undefined, where: string): boolean {
    this.checkServers(named, where);
    const servers = serversOf(module.metatype, named, this.shapes);
    if (servers.length === 0 && reportsForAll(this.settings.server, this.shapes)) {
      this.settings.logger.warn(
        `${where} is decorated, but no server serves it. Add ${module.name} to a server's include.`,
      );
    }
    return servers.includes(this.settings.server);
  }

  /**
   * Whether a declaration is seen for the first time. One instance counts once, even if several modules or aliases
   * provide it; a second instance of a class is ignored. `declaration` must be unique in the class.
   */
  isFirst(host: HandlerHost, declaration: string, where: string): boolean {
    const identity: unknown = isCreatedByNest(host)
      ? (host.wrapper.isDependencyTreeStatic() && host.wrapper.instance) || host.wrapper
      : ((host.wrapper.instance as unknown) ?? host.wrapper);
    const first = this.seen.get(declaration) as
      { identity: unknown; type: Type; module: string } | undefined;
    if (!first || first.type !== host.type) {
      this.seen.set(declaration, { identity, type: host.type, module: host.module.name });
      return true;
    }
    if (first.identity !== identity) {
      this.settings.logger.warn(
        `${where} is declared by a second instance of ${host.type.name} (in ${host.module.name}), which is ignored; the one of ${first.module} serves. Provide the class in one module and export it.`,
      );
    }
    return false;
  }

  private checkServers(named: readonly string[] | undefined, where: string): void {
    const unknown = named?.find((server) => !this.shapes.some(({ name }) => name === server));
    if (unknown === undefined) return;
    throw new McpConfigurationError(
      where,
      `there is no server named '${unknown}'.`,
      `Name one of: ${this.shapes.map(({ name }) => name).join(', ')}.`,
    );
  }
}

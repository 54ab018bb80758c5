import type { LoggerService, Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { Module } from '../nest/injector-internals.js';
import type { PrimitiveKind } from '../primitives/primitive-kind.js';
import { findHosts, findMethods } from './host-finder.js';
import { findShapes, reportsForAll } from './server-shape.js';

/** The server and the application whose declarations are checked. */
export interface UnservedSettings {
  readonly server: string;
  readonly modules: ModulesContainer;
  readonly kinds: readonly Pick<PrimitiveKind, 'declarationsOf'>[];
  readonly logger: LoggerService;
}

/**
 * Warns of decorated methods that no server can run: those of a class that another class replaces, and those of modules
 * that are loaded after the boot.
 */
export class UnservedDeclarations {
  private known = new Set<Module>();

  constructor(private readonly settings: UnservedSettings) {}

  /**
   * Warns of replaced classes whose replacement lacks their decorated methods. The current modules count as those of
   * the boot.
   */
  atBoot(): void {
    const { server, modules, logger } = this.settings;
    this.known = new Set(modules.values());
    if (!reportsForAll(server, findShapes(modules))) return;
    const hosts = findHosts(modules);
    for (const { type, wrapper, module } of hosts) {
      const token = wrapper.token as unknown;
      if (typeof token !== 'function' || token === type) continue;
      const replaced = token as Type;
      if (hosts.some((host) => host.type === replaced || isBelow(host.type, replaced))) continue;
      const lost = this.declaredBy(replaced).filter((name) => !this.isDeclared(type, name));
      if (lost.length === 0) continue;
      const methods = lost.map((name) => `${replaced.name}.${name}`).join(', ');
      logger.warn(
        `${methods}: decorated, but ${module.name} provides ${type.name} in place of ${replaced.name}, and no server serves it. Let ${type.name} extend ${replaced.name}, decorate its methods, or provide a plain object.`,
      );
    }
  }

  /**
   * Warns once of each module with declarations that was loaded after the boot (`LazyModuleLoader`). It is cheap while
   * there is none.
   */
  sinceBoot(): void {
    const { server, modules, logger } = this.settings;
    if (modules.size === this.known.size || this.known.size === 0) return;
    const late = new Map<Module, string[]>();
    for (const { host, name } of findMethods(modules)) {
      if (this.known.has(host.module) || !this.isDeclared(host.type, name)) continue;
      late.set(host.module, [...(late.get(host.module) ?? []), `${host.type.name}.${name}`]);
    }
    this.known = new Set(modules.values());
    if (!reportsForAll(server, findShapes(modules))) return;
    for (const [{ name }, methods] of late) {
      logger.warn(
        `${methods.join(', ')}: decorated, but ${name} was loaded after the boot, and no server serves it. Import ${name} in a module of the application, or add its tools by server.tools.add().`,
      );
    }
  }

  private declaredBy(type: Type): string[] {
    const names = new MetadataScanner().getAllMethodNames(type.prototype as object);
    return names.filter((name) => this.isDeclared(type, name));
  }

  private isDeclared(host: Type, name: string): boolean {
    const callback = (host.prototype as Record<string, object | undefined>)[name];
    if (callback === undefined) return false;
    const method = { host, name, callback };
    return this.settings.kinds.some((kind) => kind.declarationsOf(method).length > 0);
  }
}

function isBelow(type: Type, parent: Type): boolean {
  return type.prototype instanceof parent;
}

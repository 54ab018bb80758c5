import type { Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { DeclarationErrors } from '../errors/declaration-errors.js';
import type { FoundMethod } from '../primitives/primitive-kind.js';
import { groupOf, toSnakeCase } from '../primitives/primitive.metadata.js';
import type { McpToolOptions } from './mcp-tool.decorator.js';
import { verbOf, type McpRouteVerb } from './route-defaults.js';

/** Selects routes that become tools without a decorator on their controllers. All given conditions must hold. */
export interface McpRouteSelection {
  /** Modules whose controllers are selected (not those of their imports). */
  modules: readonly Type[];
  /** HTTP methods. Default: every method. */
  methods?: readonly McpRouteVerb[];
  /**
   * Tags of `@ApiTags()`, on the controller or the method; one match suffices. Default: routes with and without tags.
   */
  tags?: readonly string[];
  /** Excluded routes: controllers, `'Controller.method'`, or names of tools. */
  except?: readonly (Type | string)[];
  /** Skips the middleware of the routes, as `middleware: 'skip'` on each method does. */
  middleware?: 'skip';
}

/**
 * Finds the routes that a server exposes by its option `routes`. Each tool is named `<group>_<method>`; the group is
 * that of `@McpGroup`, else the controller's name without `Controller`. Methods that are tools already, and those that
 * are excluded from the API document (`@ApiExcludeEndpoint()`, `@ApiExcludeController()`), are skipped.
 */
export class ExposedRoutes {
  private readonly missing: Set<unknown>;

  constructor(private readonly selection: McpRouteSelection | undefined) {
    const { modules = [], tags = [], except = [] } = selection ?? {};
    this.missing = new Set<unknown>([...modules, ...tags, ...except]);
  }

  /**
   * The tool declaration of a method that the selection exposes; empty for any other method, and for one that `isTool`
   * already.
   */
  declarationsOf(method: FoundMethod, isTool: boolean): readonly McpToolOptions[] {
    const { selection } = this;
    const verb = verbOf(method.callback);
    const { host, name, module, callback } = method;
    if (!selection || verb === undefined || !module || !selection.modules.includes(module))
      return [];
    if (isExcluded(host, callback)) return [];
    this.missing.delete(module);
    const group = groupOf(host);
    const own = toSnakeCase(name);
    const prefix = group?.name ?? toSnakeCase(host.name.replace(/Controller$/, ''));
    const aliases = [host, `${host.name}.${name}`, `${prefix}_${own}`];
    const isExcept = selection.except?.some((one) => aliases.includes(one)) === true;
    const tags = [...tagsOf(host), ...tagsOf(callback)];
    for (const one of [...aliases, ...tags]) this.missing.delete(one);
    const isMeant =
      (selection.methods?.includes(verb) ?? true) &&
      (selection.tags?.some((tag) => tags.includes(tag)) ?? true);
    if (!isMeant || isExcept || isTool) return [];
    const { middleware } = selection;
    return [{ name: group ? own : `${prefix}_${own}`, ...(middleware && { middleware }) }];
  }

  /**
   * Throws `McpConfigurationError` for a condition that matches no route. Call it after all methods have been checked.
   */
  check(): void {
    const errors = new DeclarationErrors();
    for (const one of this.missing) {
      errors.add(
        new McpConfigurationError(
          'McpModule',
          `routes names ${typeof one === 'function' ? one.name : `'${String(one)}'`}, which no route of its modules has.`,
          'routes: { modules } takes modules of this application with controllers of their own, tags those of @ApiTags(), except controllers, Controller.method or names of tools.',
        ),
      );
    }
    errors.throwAll();
  }
}

function tagsOf(target: object): readonly string[] {
  return (Reflect.getMetadata('swagger/apiUseTags', target) as string[] | undefined) ?? [];
}

function isExcluded(host: object, callback: object): boolean {
  const controller = Reflect.getMetadata('swagger/apiExcludeController', host) as
    readonly boolean[] | undefined;
  const endpoint = Reflect.getMetadata('swagger/apiExcludeEndpoint', callback) as
    { disable?: boolean } | undefined;
  return controller?.[0] === true || endpoint?.disable === true;
}

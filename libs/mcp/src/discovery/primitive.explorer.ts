import type { DeclarationErrors } from '../errors/declaration-errors.js';
import { checkNumber, timeLimit } from '../errors/number-check.js';
import type { PrimitiveAccess } from '../access/primitive-access.js';
import { objectSchema } from '../schema/object.schema.js';
import type { AccessFactory } from '../access/access.factory.js';
import type { HandlerHost } from '../execution/handler-host.js';
import type { HandlerFactory, HandlerRoute } from '../execution/handler.factory.js';
import type { InputPipes } from '../execution/input-pipes.js';
import {
  planParameters,
  planTextMethod,
  type ParameterPlan,
  type PlanOptions,
} from '../parameters/parameter-plan.js';
import type { DeclaredMethod } from '../parameters/parameter-roles.js';
import { checkCacheHint, dependsOnCaller, type McpCacheHint } from '../primitives/cache-hint.js';
import type { McpHandler, McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import type { PrimitiveKind } from '../primitives/primitive-kind.js';
import { groupOf, toSnakeCase } from '../primitives/primitive.metadata.js';
import { checkReplaced } from '../primitives/replaced-method.js';
import type { SchemaSource } from '../schema/to-schema.js';
import { documentationOf } from './documentation-reader.js';
import { findMethods, type HostMethod } from './host-finder.js';
import { ServedHosts, type ServedHostsSettings } from './served-hosts.js';

/** The settings for exploring one server. */
export interface ExplorerSettings extends ServedHostsSettings {
  readonly kinds: readonly PrimitiveKind[];
  readonly handlers: HandlerFactory;
  readonly access: AccessFactory<HandlerHost>;
  /** The route of a method, if it is one. Rejects with `McpConfigurationError` if its middleware cannot be run. */
  readonly routeOf: (
    method: DeclaredMethod,
    middleware: McpPrimitiveOptions['middleware'],
  ) => Promise<HandlerRoute | undefined>;
  readonly inputPipes: InputPipes;
  readonly advise?: PlanOptions['advise'];
  /** The module's cache hint. */
  readonly cache?: McpCacheHint;
  /** The module's own rule, if it has one. */
  readonly visibility?: unknown;
  /** The module's option: whether documented result types are enforced. */
  readonly documentedOutputs?: boolean;
}

/** Finds the decorated methods of one server, and creates primitives of them. */
export class PrimitiveExplorer {
  private readonly served: ServedHosts;

  constructor(private readonly settings: ExplorerSettings) {
    this.served = new ServedHosts(settings);
  }

  /** Registers every primitive; wrong declarations are added to `errors`. */
  async explore(errors: DeclarationErrors): Promise<void> {
    this.served.check(errors);
    for (const method of findMethods(this.settings.modules)) {
      const { host, name, callback } = method;
      errors.attemptNow(() => checkReplaced(host.type, name, callback));
      for (const kind of this.settings.kinds) {
        errors.attemptNow(() => kind.checkHost?.(host.type));
        const found = { host: host.type, name, callback, module: host.module.metatype };
        const servers = [this.settings.server];
        const exposed = kind.exposedOf?.(found).map((options) => ({ ...options, servers })) ?? [];
        for (const options of [...kind.declarationsOf(found), ...exposed]) {
          await errors.attempt(() => this.declare(kind, method, options, errors));
        }
      }
    }
    for (const kind of this.settings.kinds) errors.attemptNow(() => kind.checkNames?.());
  }

  private async declare(
    kind: PrimitiveKind,
    method: HostMethod,
    options: McpPrimitiveOptions,
    errors: DeclarationErrors,
  ): Promise<void> {
    const { host, name } = method;
    const where = `${host.type.name}.${name}`;
    const group = groupOf(host.type);
    if (!this.served.isServed(host, options.servers ?? group?.servers, where)) return;
    const ownName = options.name ?? toSnakeCase(name);
    const wireName = group ? `${group.name}_${ownName}` : ownName;
    if (!this.served.isFirst(host, `${kind.noun} ${wireName} ${name}`, where)) return;
    const { cache, visibility, handlers, documentedOutputs } = this.settings;
    const depends = dependsOnCaller(options, group, { visibility });
    errors.attemptNow(() => checkCacheHint(where, options.cache ?? cache, depends));
    errors.attemptNow(() => checkNumber(`${where} (timeout)`, options.timeout, timeLimit));
    // A failed step must not hide the errors of the others, since the boot fails anyway.
    const plan = errors.attemptNow(() => this.plan(kind, method, options, where)) ?? nothingPlanned;
    const { title, description, ...documented } = documentationOf(host.type, name);
    const output = errors.attemptNow(() =>
      kind.outputClassOf?.({ where, options, returns: documented.returns, documentedOutputs }),
    );
    const declared = { host: host.type, name, where };
    const middleware = options.middleware ?? group?.middleware;
    const route =
      plan.mapping && (await errors.attempt(() => this.settings.routeOf(declared, middleware)));
    const handler = await errors.attempt(() =>
      handlers.create(host, name, plan, where, {
        route,
        output: output && { type: output, serialization: documented.serialization },
      }),
    );
    const serialized = handlers.isSerialized(host, method.callback);
    const access = await errors.attempt(() =>
      this.settings.access.create({
        host,
        method: name,
        primitive: { kind: kind.noun, name: wireName },
        where,
        declared: group ? [group, options] : [options],
      }),
    );
    const described = {
      ...options,
      title: options.title ?? title,
      description: options.description ?? description,
    };
    const path = route?.target.paths[0].pattern;
    kind.add({
      where,
      name: wireName,
      options: kind.withDefaults?.(described, method.callback, path) ?? described,
      input: plan.input,
      ...documented,
      documentedOutputs,
      serialized: () => serialized,
      handler: handler as McpHandler,
      access: access as PrimitiveAccess,
    });
  }

  private plan(
    kind: PrimitiveKind,
    { host, name, callback }: HostMethod,
    options: McpPrimitiveOptions,
    where: string,
  ): ParameterPlan {
    const declared = { host: host.type, name, where };
    if (kind.takesText) return planTextMethod(declared);
    return planParameters(declared, {
      input: (options as { input?: SchemaSource }).input,
      implied: kind.impliedInput?.(options),
      inForce: (pipes) => this.settings.inputPipes.inForce(host, callback, pipes),
      advise: this.settings.advise,
    });
  }
}

/** In place of a plan that failed. Its input is open, so that no further error follows from it. */
const nothingPlanned: ParameterPlan = {
  parameters: [],
  input: { ...objectSchema([]), json: { type: 'object' } },
};

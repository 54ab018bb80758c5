import type { LoggerService } from '@nestjs/common';
import type { McpCall, McpSubscriptions } from '../context/mcp-call.js';
import { McpContext } from '../context/mcp-context.js';
import { assertAnswerable } from '../context/mcp-question.js';
import { assertJson } from '../errors/json-check.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { AccessGate } from '../access/access-gate.js';
import type { TargetTable } from '../access/primitive-access.js';
import type { MethodTable } from '../primitives/method-table.js';
import type { McpResourceContents } from '../primitives/content.js';
import { uriOf } from '../primitives/asked-uri.js';
import { cacheFields } from '../primitives/cache-hint.js';
import type { DeclaredPrimitive, PrimitiveKind } from '../primitives/primitive-kind.js';
import type { CollectedBytes } from '../primitives/collected-bytes.js';
import { lowerScheme } from '../protocol/uri-scheme.js';
import { PrimitiveRegistry } from '../primitives/primitive.registry.js';
import { toPublicError } from '../primitives/public-error.js';
import { wholeValue } from '../primitives/whole-value.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import { convertAllFromStrings } from '../schema/string-conversion.js';
import { resourceDeclarationsOf, type McpResourceDeclaration } from './mcp-resource.decorator.js';
import {
  assertContained,
  assertValuesContained,
  createResource,
  taken,
  variablesOf,
  type McpResourceDefinition,
  type ResourcePrimitive,
} from './resource.primitive.js';
import { ResourceLists } from './resource-lists.js';
import { toResourceContents } from './resource.result.js';
import { toMatch, type MatchedResource } from './matched-resource.js';
import { TemplateLookup } from './template-lookup.js';

/** The resources of one server: lists, templates and reads (specification, server/resources). */
export class ResourceMethods implements PrimitiveKind<McpResourceDeclaration> {
  readonly noun = 'resource';
  readonly declarationsOf = resourceDeclarationsOf;
  readonly impliedInput = variablesOf;
  readonly methods: MethodTable = {
    'resources/list': async (_params, call) => ({
      resources: await this.lists.told(this.lists.fixed, call),
    }),
    'resources/templates/list': async (_params, call) => ({
      resourceTemplates: await this.lists.told(this.lists.templates, call),
    }),
    'resources/read': (params, call) => this.read(params, call),
    'resources/subscribe': async (params, call) => {
      await this.found(params, call, this.watchable(params.uri));
      await subscriptionsOf(call).add(uriOf(params));
      return {};
    },
    'resources/unsubscribe': async (params, call) => {
      if (typeof params.uri === 'string') await subscriptionsOf(call).delete(params.uri);
      return {};
    },
  };
  readonly targets: TargetTable = {
    'resources/read': ({ uri }) => this.matching(uri),
    'resources/subscribe': ({ uri }) => this.watchable(uri),
    'completion/complete': ({ ref }) => {
      const { type, uri } = (ref ?? {}) as { type?: unknown; uri?: unknown };
      return type === 'ref/resource' ? this.declared(uri) : [];
    },
  };
  private readonly registry = new PrimitiveRegistry<ResourcePrimitive>('resource');
  private lookup: TemplateLookup | undefined;
  private known: ResourceLists | undefined;

  constructor(
    private readonly logger: LoggerService,
    private readonly gate: AccessGate,
    private readonly collected: CollectedBytes,
  ) {}

  add(declared: DeclaredPrimitive<McpResourceDeclaration>): () => void {
    return this.registry.add(createResource(declared));
  }

  get primitives(): readonly ResourcePrimitive[] {
    return this.registry.all();
  }

  /** The number of listed resources. */
  get size(): number {
    return this.lists.all.length;
  }

  /** The definitions, templates included, as a client of the newest revision sees them. */
  definitions(): McpResourceDefinition[] {
    return this.lists.all.map((resource) => resource.definition);
  }

  /** The definitions, templates included, that this caller may see. */
  async definitionsFor(call: McpCall): Promise<McpResourceDefinition[]> {
    return [...(await this.lists.told(this.lists.all, call))];
  }

  /** The schema of a resource's variables, by its URI or template; `undefined` if there is no such resource. */
  async inputFor(uri: string, call: McpCall): Promise<JsonSchema | undefined> {
    return (await this.gate.admit(this.declared(uri), call))?.input;
  }

  /** The names of a template's variables; `undefined` if there is no such resource. */
  argumentsOf(uri: string): readonly string[] | undefined {
    const [resource] = this.declared(uri);
    return resource && (resource.template?.variables ?? []);
  }

  capabilities(): Record<string, object> {
    return { resources: { subscribe: true, listChanged: true } };
  }

  onChange(listener: (notification: string) => void): void {
    this.registry.onChange(() => listener('notifications/resources/list_changed'));
  }

  private get lists(): ResourceLists {
    const resources = this.registry.all();
    if (this.known?.resources !== resources) this.known = new ResourceLists(resources, this.gate);
    return this.known;
  }

  /** The resource of a URI for this caller. Throws `ProtocolError`. */
  private async found(
    params: Readonly<Record<string, unknown>>,
    call: McpCall,
    candidates = this.matching(params.uri),
  ): Promise<MatchedResource> {
    const uri = uriOf(params);
    const found = await this.gate.admit(candidates, call);
    if (!found) throw notFound(uri, call);
    assertContained(found.resource, uri);
    return found;
  }

  private async read(params: Readonly<Record<string, unknown>>, call: McpCall): Promise<object> {
    const uri = uriOf(params);
    const { resource, variables } = await this.found(params, call);
    assertAnswerable(call.client, resource.requires);
    if (resource.timeout !== undefined) call.limitTime(resource.timeout);
    const context = new McpContext(call, {
      primitive: { kind: 'resource', name: resource.definition.name },
      uri,
    });
    try {
      const input = convertAllFromStrings(resource.input, taken(resource.input, variables));
      assertValuesContained(resource, input);
      const returned = await resource.handler(input, context, call);
      const whole = await wholeValue(returned, context, this.collected);
      const contents = await toResourceContents(whole, uri, resource.mimeType);
      if (!contents) throw notFound(uri, call);
      assertJson(contents);
      return { contents: contents.map(withView(resource)), ...cacheFields(call.era, [resource]) };
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const told = toPublicError(error, this.logger, resource.where, call.signal);
      const { message, status, code, data, body } = told;
      if (status === 404) throw notFound(uri, call, message, body);
      throw new ProtocolError(code ?? ErrorCode.internalError, message, data ?? body);
    }
  }

  private declared(uri: unknown): ResourcePrimitive[] {
    const resource = typeof uri === 'string' ? this.registry.get(lowerScheme(uri)) : undefined;
    return resource ? [resource] : [];
  }

  private get templateLookup(): TemplateLookup {
    const resources = this.registry.all();
    if (this.lookup?.resources !== resources) this.lookup = new TemplateLookup(resources);
    return this.lookup;
  }

  /**
   * Changes of a URI belong to its static resource, if there is one: a template that also matches announces none of
   * them.
   */
  private watchable(uri: unknown): Iterable<MatchedResource> {
    const [first] = this.matching(uri);
    return first?.resource.template ? this.matching(uri) : first ? [first] : [];
  }

  /** If a resource is not visible to a caller, the next matching template is tried. */
  private *matching(uri: unknown): Iterable<MatchedResource> {
    if (typeof uri !== 'string') return;
    const normalized = lowerScheme(uri);
    const exact = this.registry.get(normalized);
    if (exact && !exact.template) yield toMatch(exact, {});
    for (const resource of this.templateLookup.candidates(normalized)) {
      const variables = resource.template?.match(normalized);
      if (variables) yield toMatch(resource, variables);
    }
  }
}

/** Hosts read the display settings of a page from the contents themselves. */
function withView({ ui }: ResourcePrimitive): (contents: McpResourceContents) => object {
  return (contents) => (ui ? { ...contents, _meta: { ui, ...contents._meta } } : contents);
}

function subscriptionsOf({ subscriptions }: McpCall): McpSubscriptions {
  if (subscriptions) return subscriptions;
  throw new ProtocolError(ErrorCode.invalidRequest, 'Subscriptions need a session');
}

function notFound(
  uri: string,
  call: McpCall,
  message = `Resource not found: ${uri.slice(0, 512)}`,
  body?: unknown,
): ProtocolError {
  const code = call.era === 'legacy' ? ErrorCode.resourceNotFound : ErrorCode.invalidParams;
  return new ProtocolError(code, message, { ...(body as object | undefined), uri });
}

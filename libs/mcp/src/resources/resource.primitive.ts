import { McpConfigurationError } from '../errors/configuration.error.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { appMimeType, isAppUri, type McpAppSettings } from '../primitives/app-view.js';
import type { McpHandler, McpPrimitive } from '../primitives/mcp.primitive.js';
import type { DeclaredPrimitive } from '../primitives/primitive-kind.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import type { McpResourceDeclaration } from './mcp-resource.decorator.js';
import { isUnsafe, UriTemplate, UriTemplateError } from './uri-template.js';
import { keepJson } from '../protocol/kept-json.js';
import { lowerScheme } from '../protocol/uri-scheme.js';

/** A resource as clients see it in `resources/list`, or, with `uriTemplate`, in `resources/templates/list`. */
export interface McpResourceDefinition {
  uri?: string;
  uriTemplate?: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  size?: number;
  annotations?: object;
  icons?: object[];
  _meta?: Record<string, unknown>;
}

/** A resource or resource template: its definition, and how to read it. */
export interface ResourcePrimitive extends McpPrimitive {
  readonly definition: McpResourceDefinition;
  /** `undefined` for a static URI. */
  readonly template?: UriTemplate;
  readonly mimeType?: string;
  /** Whether lists contain it. */
  readonly isListed: boolean;
  /** Whether variables may hold `..` segments and NUL characters. */
  readonly allowTraversal: boolean;
  readonly ui?: McpAppSettings;
  readonly input: JsonSchema;
  readonly handler: McpHandler;
  /** ms */
  readonly timeout?: number;
}

/** Creates the resource of a declared method. Throws `McpConfigurationError` for a URI that cannot be served. */
export function createResource(
  declared: DeclaredPrimitive<McpResourceDeclaration>,
): ResourcePrimitive {
  const { where, options, input } = declared;
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:./.test(options.uri)) {
    throw new McpConfigurationError(
      where,
      `'${options.uri}' is not an absolute URI.`,
      "Begin with a scheme: @McpResource('data://items').",
    );
  }
  const template = options.uri.includes('{') ? compile(options.uri, where) : undefined;
  checkVariables(where, options.uri, input.json, template?.variables ?? []);
  const isApp = isAppUri(options.uri);
  if (options.ui && !isApp) {
    throw new McpConfigurationError(
      where,
      `'${options.uri}' is not the URI of a page.`,
      "Begin it with 'ui://', or leave ui out.",
    );
  }
  const mimeType = options.mimeType ?? (isApp ? appMimeType : undefined);
  return {
    key: lowerScheme(options.uri),
    where,
    access: declared.access,
    definition: keepJson({
      ...(template ? { uriTemplate: options.uri } : { uri: options.uri }),
      name: declared.name,
      ...(options.title !== undefined && { title: options.title }),
      ...(options.description !== undefined && { description: options.description }),
      ...(mimeType !== undefined && { mimeType }),
      ...(options.size !== undefined && !template && { size: options.size }),
      ...(options.annotations && { annotations: options.annotations }),
      ...(options.icons && { icons: options.icons }),
      ...((options.meta || options.ui) && {
        _meta: { ...options.meta, ...(options.ui && { ui: options.ui }) },
      }),
    }),
    template,
    mimeType,
    isListed: options.listed ?? true,
    allowTraversal: options.allowTraversal ?? false,
    ui: options.ui,
    input: input.json,
    handler: declared.handler,
    timeout: options.timeout,
    cache: options.cache,
    requires: options.requires,
  };
}

/** The schema of the variables of a URI; `undefined` for a template that cannot be used. */
export function variablesOf({ uri }: McpResourceDeclaration): JsonSchema | undefined {
  try {
    const { variables } = new UriTemplate(uri);
    return {
      type: 'object',
      // A text, or a list of texts if the template explodes the variable.
      properties: Object.fromEntries(variables.map((name) => [name, {}])),
    };
  } catch {
    return undefined;
  }
}

/** The variables that a method accepts: it need not accept every variable of its template. */
export function taken(
  input: JsonSchema,
  variables: Readonly<Record<string, string | string[]>>,
): Readonly<Record<string, string | string[]>> {
  if (input.additionalProperties !== false) return variables;
  const declared = input.properties ?? {};
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => Object.hasOwn(declared, name)),
  );
}

/** Throws `ProtocolError` for a URI whose variables could lead out of the directory that a method reads. */
export function assertContained(
  { template, allowTraversal }: ResourcePrimitive,
  uri: string,
): void {
  const name = allowTraversal ? undefined : template?.unsafeVariable(lowerScheme(uri));
  if (name !== undefined) throw unsafe(name);
}

/**
 * The same for the values after their conversion, which makes lists and objects of texts (`a,../b`). Texts themselves
 * have been checked with the URI.
 */
export function assertValuesContained(
  { allowTraversal }: ResourcePrimitive,
  input: Readonly<Record<string, unknown>>,
): void {
  if (allowTraversal) return;
  const name = Object.keys(input).find((key) => {
    const value = input[key];
    return typeof value === 'object' && holdsUnsafe(value);
  });
  if (name !== undefined) throw unsafe(name);
}

function holdsUnsafe(value: unknown): boolean {
  if (typeof value === 'string') return isUnsafe(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsUnsafe);
}

function unsafe(name: string): ProtocolError {
  return new ProtocolError(
    ErrorCode.invalidParams,
    `The variable '${name}' must hold neither a '..' segment nor a NUL character`,
  );
}

function compile(uri: string, where: string): UriTemplate {
  try {
    return new UriTemplate(uri);
  } catch (error) {
    if (!(error instanceof UriTemplateError)) throw error;
    throw new McpConfigurationError(
      where,
      `${error.message}.`,
      'Write an RFC 6570 template such as db://{table}{?limit}.',
    );
  }
}

/** A required input that no variable can fill would make every read fail. */
function checkVariables(
  where: string,
  uri: string,
  input: JsonSchema,
  variables: readonly string[],
): void {
  const required = Array.isArray(input.required) ? (input.required as string[]) : [];
  const unbound = required.filter((name) => !variables.includes(name));
  if (unbound.length === 0) return;
  throw new McpConfigurationError(
    where,
    `'${unbound.join("', '")}' is required, but '${uri}' has no such variable.`,
    `Add {${unbound[0]}} to the URI, or make it optional.`,
  );
}

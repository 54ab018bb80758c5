import type { Type } from '@nestjs/common';
import type { JsonSchema } from '../mcp.schema.js';

/** The metadata of `@nestjs/swagger` (or its compiler plugin) for a property. */
export interface ApiProperty {
  readonly [option: string]: unknown;
}

const PROPERTIES = 'swagger/apiModelProperties';
const PROPERTY_NAMES = 'swagger/apiModelPropertiesArray';
const SCHEMA = 'swagger/apiSchema';
const PLUGIN_FACTORY = '_OPENAPI_METADATA_FACTORY';

type Metadata = Readonly<Record<string, ApiProperty>>;

/**
 * The metadata that the compiler plugin has written into a class and its parents; the nearest class takes precedence.
 */
function pluginMetadataOf(type: Type): Metadata {
  const found: Metadata[] = [];
  for (let target: unknown = type; typeof target === 'function';) {
    const factory: unknown = Object.hasOwn(target, PLUGIN_FACTORY)
      ? (target as unknown as Record<string, unknown>)[PLUGIN_FACTORY]
      : undefined;
    if (typeof factory === 'function') found.unshift((factory as () => Metadata)());
    target = Object.getPrototypeOf(target);
  }
  return Object.assign(Object.create(null) as object, ...found) as Metadata;
}

/** The properties with swagger metadata, from decorators or the plugin; empty if swagger is not used. */
export function apiPropertiesOf(type: Type): ReadonlyMap<string, ApiProperty> {
  const prototype = type.prototype as object;
  const plugin = pluginMetadataOf(type);
  const listed: unknown = Reflect.getMetadata(PROPERTY_NAMES, prototype);
  const names = (Array.isArray(listed) ? listed : [])
    .filter((name): name is string => typeof name === 'string' && name.startsWith(':'))
    .map((name) => name.slice(1));
  return new Map(
    [...new Set([...names, ...Object.keys(plugin)])].map((name) => {
      const decorated = Reflect.getMetadata(PROPERTIES, prototype, name) as ApiProperty | undefined;
      const read = explicitType(prototype, name, decorated, plugin[name]);
      return [name, { ...plugin[name], ...decorated, ...read }];
    }),
  );
}

/**
 * The type of the options. Without one the decorator stores `design:type`; the plugin's type from the source is more
 * precise.
 */
function explicitType(
  prototype: object,
  name: string,
  decorated: ApiProperty | undefined,
  plugin: ApiProperty | undefined,
): ApiProperty {
  if (!plugin?.['type'] || !decorated) return {};
  const design: unknown = Reflect.getMetadata('design:type', prototype, name);
  return decorated['type'] === undefined || decorated['type'] === design
    ? { type: plugin['type'] }
    : {};
}

/** `@ApiSchema()` of a class itself: name and description. */
export function apiSchemaOf(type: Type): { readonly name?: string; readonly description?: string } {
  const own: unknown = Reflect.getOwnMetadata(SCHEMA, type);
  const [first] = Array.isArray(own) ? own.slice(-1) : [];
  return (first as { name?: string; description?: string } | undefined) ?? {};
}

const COPIED = [
  'title',
  'description',
  'deprecated',
  'readOnly',
  'writeOnly',
  'default',
  'x-mcp-header',
  'x-enumNames',
] as const;

/** Formats that are only descriptive. */
const HARMLESS_FORMATS = new Set(['password', 'binary', 'float', 'double']);

/** Swagger's annotations of a property, which refuse no value: texts, examples, default, flags. */
export function annotationsOf(api: ApiProperty | undefined): JsonSchema {
  if (!api) return {};
  const annotations: JsonSchema = {};
  for (const keyword of COPIED) {
    if (isJson(api[keyword])) annotations[keyword] = api[keyword];
  }
  if (typeof api['enumName'] === 'string') annotations['title'] ??= api['enumName'];
  const examples = examplesOf(api);
  if (examples.length > 0) annotations['examples'] = examples;
  const { format } = api;
  if (typeof format === 'string' && HARMLESS_FORMATS.has(format)) annotations['format'] = format;
  return annotations;
}

function examplesOf({ example, examples }: ApiProperty): unknown[] {
  if (isJson(example)) return [example];
  if (Array.isArray(examples)) return examples.filter(isJson);
  if (typeof examples !== 'object' || examples === null) return [];
  return Object.values(examples as Record<string, unknown>)
    .map((entry) =>
      typeof entry === 'object' && entry !== null && 'value' in entry ? entry.value : entry,
    )
    .filter(isJson);
}

function isJson(value: unknown): boolean {
  if (value === undefined || typeof value === 'function' || typeof value === 'bigint') return false;
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

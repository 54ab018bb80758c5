import { McpConfigurationError } from '../errors/configuration.error.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import type { HeaderParam } from '../transports/mcp.transport.js';

const keyword = 'x-mcp-header';
/** A token of RFC 9110, 5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const types = ['string', 'integer', 'boolean'];
const none: readonly HeaderParam[] = [];

/**
 * The inputs of a tool that requests repeat in headers. Throws `McpConfigurationError` for declarations because of
 * which clients would ignore the tool (specification, server/tools, "x-mcp-header").
 */
export function headerParamsOf(input: JsonSchema, where: string): readonly HeaderParam[] {
  const mentions = JSON.stringify(input).split(`"${keyword}":`).length - 1;
  if (mentions === 0) return none;
  const found: HeaderParam[] = [];
  collect(input, [], found, where);
  const names = found.map(({ header }) => header.toLowerCase());
  const twice = found.find(({ header }, i) => names.indexOf(header.toLowerCase()) < i);
  if (twice) throw unusable(where, twice.path, `'${twice.header}' is another input's header too.`);
  if (mentions !== found.length) {
    throw unusable(
      where,
      [],
      'an input with a header must be reachable by property names alone, not inside a list, a union or a shared definition.',
    );
  }
  return found;
}

function collect(schema: JsonSchema, path: string[], found: HeaderParam[], where: string): void {
  for (const [name, property] of propertiesOf(schema)) {
    const here = [...path, name];
    const header = property[keyword];
    if (header !== undefined) {
      if (typeof header !== 'string' || !token.test(header)) {
        throw unusable(where, here, `${JSON.stringify(header)} is not a legal header name.`);
      }
      const type = property.type as HeaderParam['type'];
      if (!types.includes(type)) {
        throw unusable(where, here, `only ${types.join(', ')} go into a header, not ${type}.`);
      }
      found.push({ header, path: here, type });
    }
    collect(property, here, found, where);
  }
}

/**
 * A schema in which inputs with a header have a single type. An optional input may also be `null` where class-validator
 * checks it, but clients ignore a tool whose schema says so for an input with a header.
 */
export function withPlainHeaders(schema: JsonSchema): JsonSchema {
  const given = schema.properties as Record<string, JsonSchema> | undefined;
  const changed = Object.create(null) as Record<string, JsonSchema>;
  for (const name in given) {
    const property = given[name] ?? {};
    const inner = withPlainHeaders(property);
    const plain = keyword in inner ? withoutNull(inner) : inner;
    if (plain !== property) changed[name] = plain;
  }
  return Object.keys(changed).length > 0
    ? { ...schema, properties: { ...given, ...changed } }
    : schema;
}

function withoutNull(schema: JsonSchema): JsonSchema {
  const { type } = schema;
  const rest = Array.isArray(type) ? type.filter((one) => one !== 'null') : [];
  return rest.length === 1 ? { ...schema, type: rest[0] as string } : schema;
}

function propertiesOf({ properties = {} }: JsonSchema): [string, JsonSchema][] {
  return Object.entries(properties as Record<string, JsonSchema>);
}

function unusable(where: string, path: readonly string[], problem: string): McpConfigurationError {
  return new McpConfigurationError(
    path.length > 0 ? `${where} (${path.join('.')})` : where,
    problem,
    "Change or remove the input's `header`.",
  );
}

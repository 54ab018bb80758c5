import type { JsonSchema } from '../schema/mcp.schema.js';

/** The values of an argument that its schema lists (enum, constants, booleans) and that begin with the typed text. */
export function valuesOf(input: JsonSchema, argument: string, typed: string): string[] {
  const properties = (input.properties ?? {}) as Record<string, JsonSchema>;
  const schema = Object.hasOwn(properties, argument) ? properties[argument] : undefined;
  const begin = typed.toLowerCase();
  return [...new Set(schema ? listed(schema, input, 0) : [])].filter((value) =>
    value.toLowerCase().startsWith(begin),
  );
}

/** References are followed to this depth only, because they may be circular. */
const maxDepth = 8;

function listed(schema: JsonSchema, root: JsonSchema, depth: number): string[] {
  if (depth > maxDepth) return [];
  if (Array.isArray(schema.enum)) return schema.enum.map(textOf);
  if (schema.const !== undefined) return [textOf(schema.const)];
  if (schema.type === 'boolean') return ['true', 'false'];
  if (typeof schema.$ref === 'string') {
    const definitions = (root.$defs ?? {}) as Record<string, JsonSchema>;
    const target = definitions[schema.$ref.replace('#/$defs/', '')];
    return target ? listed(target, root, depth + 1) : [];
  }
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray) ?? [];
  return (branches as JsonSchema[]).flatMap((branch) => listed(branch, root, depth + 1));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

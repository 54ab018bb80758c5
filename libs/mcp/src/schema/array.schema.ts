import type { McpSchema, SchemaIssue } from './mcp.schema.js';

/** The schema of a list with items of the given schema; every invalid item is reported under its index. */
export function arraySchema(item: McpSchema): McpSchema<unknown[]> {
  const { $defs, ...items } = item.json;
  return {
    json: { type: 'array', items, ...($defs !== undefined && { $defs }) },
    validate: async (input) => {
      if (!Array.isArray(input)) return { issues: [{ message: 'must be an array' }] };
      const value: unknown[] = [];
      const issues: SchemaIssue[] = [];
      for (const [index, given] of input.entries()) {
        const result = await item.validate(given);
        if (!result.issues) value.push(result.value);
        for (const { message, path = [] } of result.issues ?? []) {
          issues.push({ message, path: [index, ...path] });
        }
      }
      return issues.length > 0 ? { issues } : { value };
    },
  };
}

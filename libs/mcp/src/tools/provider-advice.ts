import type { Advice } from '../errors/boot-advice.js';
import type { JsonSchema } from '../schema/mcp.schema.js';

const DESCRIBE: Advice = {
  finding: 'These tools have no description, so that a model has only their names to choose by',
  mend: 'Say what each is for: @McpTool({ description }).',
};

const NAME: Advice = {
  finding:
    'Some model providers refuse these tools for their names (over 64 characters, or with a dot)',
  mend: 'Give them another: @McpTool({ name }).',
};

const KEY: Advice = {
  finding: 'Some model providers refuse these tools for the names of inputs',
  mend: 'Use 1 to 64 of A-Z a-z 0-9 _ . - for the keys of an input.',
};

const ROOT: Advice = {
  finding:
    'Some model providers refuse these tools for a keyword at the root of their input schema',
  mend: 'Write one object that has the properties of all alternatives, and check the rest in the method.',
};

const NULL: Advice = {
  finding:
    'Some model providers refuse these tools for inputs that may be left out and may be null',
  mend: 'Let such an input be left out only.',
};

/** The properties of a tool that model providers check. */
export interface AdvisedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: JsonSchema;
}

const COMBINATORS = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const', 'if'];

/** Reasons for which some model provider rejects a tool or a model cannot use it, each with the provider concerned. */
export function providerAdvice(
  { name, description, inputSchema }: AdvisedTool,
  nulls: readonly string[],
): [Advice, string][] {
  const root = COMBINATORS.filter((keyword) => keyword in inputSchema);
  const keys = [...new Set(keysOf(inputSchema))].filter((key) => !/^[\w.-]{1,64}$/u.test(key));
  return [
    ...(description === undefined || description.trim() === '' ? [entry(DESCRIBE, name)] : []),
    ...(name.length > 64 || name.includes('.') ? [entry(NAME, name)] : []),
    ...(keys.length > 0 ? [entry(KEY, name, keys)] : []),
    ...(root.length > 0 ? [entry(ROOT, name, root)] : []),
    ...(nulls.length > 0 ? [entry(NULL, name, nulls)] : []),
  ];
}

function entry(advice: Advice, name: string, what: readonly string[] = []): [Advice, string] {
  return [advice, what.length > 0 ? `${name} (${what.join(', ')})` : name];
}

/** The keys of the properties of a schema and of all schemas nested in it. */
function keysOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(keysOf);
  if (typeof node !== 'object' || node === null) return [];
  const { properties, enum: _, const: __, default: ___, ...rest } = node as JsonSchema;
  const isMap = typeof properties === 'object' && properties !== null;
  return [
    ...(isMap ? Object.keys(properties) : []),
    ...keysOf(isMap ? Object.values(properties) : properties),
    ...keysOf(Object.values(rest)),
  ];
}

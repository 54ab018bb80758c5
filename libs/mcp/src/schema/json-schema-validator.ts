import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { loadAjv2020, loadAjv7, loadFormats } from './ajv-packages.cjs';
import type { JsonSchema, SchemaIssue, SchemaResult } from './mcp.schema.js';
import { MAX_UNWEIGHED, measure } from './input-limits.js';
import { MAX_ISSUES } from './issue-lines.js';
import { MAX_UNKNOWN_KEYS, tooManyUnknownKeys, toUnknownIssues } from './unknown-keys.js';

const OPTIONS: Options = {
  strict: false,
  ownProperties: true,
  validateFormats: true,
  logger: false,
};

type Dialect = 'draft-07' | '2020-12';
type Compiler = Pick<Ajv2020, 'compile' | 'removeSchema'>;

const create = (dialect: Dialect, allErrors: boolean, formats: boolean): Compiler => {
  const { fullFormats } = loadFormats();
  const options = { ...OPTIONS, allErrors, validateFormats: formats, formats: fullFormats };
  if (dialect === '2020-12') return new (loadAjv2020().Ajv2020)(options);
  return new (loadAjv7().Ajv)(options);
};

const compilers = new Map<string, Compiler>();

/** One Ajv for the whole process and setting, because creating one takes milliseconds. */
function compilerOf(dialect: Dialect, allErrors: boolean, formats: boolean): Compiler {
  const key = `${dialect} ${allErrors} ${formats}`;
  const known = compilers.get(key) ?? create(dialect, allErrors, formats);
  compilers.set(key, known);
  return known;
}

function dialectOf(schema: JsonSchema, where: string): Dialect {
  const { $schema } = schema;
  if (typeof $schema !== 'string' || $schema.includes('2020-12')) return '2020-12';
  if (/draft-0[67]/u.test($schema)) return 'draft-07';
  throw new McpConfigurationError(
    where,
    `the JSON Schema is of the dialect ${$schema}.`,
    'Write it in JSON Schema 2020-12 (or draft-07).',
  );
}

/** Options for compiling a JSON Schema. */
export interface CompileOptions {
  /** Whether `format` is validated (default) or only descriptive. */
  readonly formats?: boolean;
}

/** Checks a value against a JSON Schema, without conversion and without defaults. */
export type JsonSchemaValidator = (value: unknown) => SchemaResult;

/**
 * Compiles a JSON Schema 2020-12 (or draft-07, by its `$schema`) once, at boot. No remote `$ref` is loaded. Throws
 * `McpConfigurationError` for an unusable schema.
 */
export function compileJsonSchema(
  schema: JsonSchema,
  where: string,
  options: CompileOptions = {},
): JsonSchemaValidator {
  const dialect = dialectOf(schema, where);
  const { $schema: _, ...rest } = schema;
  const compile = (allErrors: boolean): ValidateFunction => {
    const compiler = compilerOf(dialect, allErrors, options.formats ?? true);
    const validate = compiler.compile(rest);
    // The shared compiler must not keep the schema: two with one `$id` would collide.
    compiler.removeSchema(rest);
    return validate;
  };
  const all = attempt(where, () => compile(true));
  let first: ValidateFunction | undefined;
  return (value) => {
    // For a large input only the first error is reported.
    const { tooDeep, values } = measure(value);
    if (tooDeep) return { issues: [{ message: 'is nested too deeply' }] };
    const unknown = values > MAX_UNKNOWN_KEYS ? tooManyUnknownKeys(rest, value) : undefined;
    if (unknown) return { issues: toUnknownIssues(unknown) };
    const validate = values > MAX_UNWEIGHED ? (first ??= compile(false)) : all;
    if (validate(value)) return { value };
    return { issues: (validate.errors ?? []).slice(0, MAX_ISSUES).flatMap(toIssues) };
  };
}

function attempt<T>(where: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new McpConfigurationError(
      where,
      `the JSON Schema cannot be compiled: ${reason}.`,
      'Correct it; a `$ref` must stay inside the schema.',
    );
  }
}

/** The keys of a JSON pointer; numbers stay strings, because only the input shows which of them are indices. */
function toPath(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const quote = (value: unknown): string => JSON.stringify(value) ?? String(value);

function toIssues(error: ErrorObject): SchemaIssue[] {
  const path = toPath(error.instancePath);
  const params = error.params as Record<string, unknown>;
  const at = (key: unknown, message: string): SchemaIssue[] => [
    { path: [...path, String(key)], message },
  ];
  switch (error.keyword) {
    case 'required':
      return at(params['missingProperty'], 'is required');
    case 'additionalProperties':
      return at(params['additionalProperty'], 'should not exist');
    case 'unevaluatedProperties':
      return at(params['unevaluatedProperty'], 'should not exist');
    case 'enum':
      return [{ path, message: `must be one of ${wordsOf(params['allowedValues'])}` }];
    case 'const':
      return [{ path, message: `must be ${quote(params['allowedValue'])}` }];
    case 'if':
      return [];
    default:
      return [{ path, message: error.message ?? `does not satisfy ${error.keyword}` }];
  }
}

function wordsOf(values: unknown): string {
  const list = Array.isArray(values) ? values : [values];
  const shown = list.slice(0, 20).map(quote).join(', ');
  return list.length > 20 ? `${shown}, …` : shown;
}

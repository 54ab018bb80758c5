import { HttpException, ValidationPipe, type Type, type ValidationError } from '@nestjs/common';
import type { ArgumentMetadata, ValidationPipeOptions } from '@nestjs/common';
import { transformHintsOf } from './class-transformer-hints.js';
import { loadDtoPackages } from './dto-packages.js';
import { isFollowed, prepareShortcut, takeShortcut } from './fast-path/dto-shortcut.js';
import type { DtoDocument } from './dto-walker.js';
import { MAX_COMPARED_ITEMS, MAX_UNWEIGHED, measure } from '../input-limits.js';
import { MAX_UNKNOWN_KEYS } from '../unknown-keys.js';
import { withoutStrippedKeys } from './stripped-keys.js';
import { unknownKeyErrors } from './unknown-errors.js';
import { withoutPrototypeKeys } from '../prototype-keys.js';
import { MAX_ISSUES } from '../issue-lines.js';
import { compileJsonSchema, type JsonSchemaValidator } from '../json-schema-validator.js';
import type { SchemaIssue } from '../mcp.schema.js';

/** The options of Nest's `ValidationPipe` for DTO arguments, and one option of this module. */
export interface McpValidationOptions extends ValidationPipeOptions {
  /**
   * Whether valid inputs of simple classes may become instances by a precomputed plan of their class, many times faster
   * than with the packages (decision 0008). `false`: Nest's pipe validates every input, also if the application has a
   * global pipe. Default `true`.
   */
  fastPath?: boolean;
}

/** The validation if neither the application nor the module configures one. */
export const DEFAULT_VALIDATION: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
};

/** The refusal of a DTO: class-validator's errors, or the problems that were found before it ran. */
export class ValidationFailure extends Error {
  constructor(
    readonly errors: ValidationError[],
    readonly found: readonly SchemaIssue[] = [],
  ) {
    super('validation failed');
  }

  /** The issues: paths as in the client's input, class-validator's words without the property's name. */
  issues(input: unknown, type: Type | undefined): SchemaIssue[] {
    const issues = [...this.found];
    collect(this.errors, { value: input, type, path: [] }, issues);
    return issues;
  }
}

/**
 * Creates a pipe of Nest's with the packages already loaded. By default it would load them later, and a failure would
 * end the process.
 */
export async function createValidationPipe(
  options: McpValidationOptions = {},
): Promise<ValidationPipe> {
  const { fastPath: _, ...rules } = options;
  return new ValidationPipe({ ...(await loadDtoPackages()), ...rules });
}

/** A pipe that behaves like the given one but throws `ValidationFailure`; the given one is unchanged. */
export function collecting(pipe: ValidationPipe): ValidationPipe {
  return Object.create(pipe, {
    exceptionFactory: { value: (errors: ValidationError[]) => new ValidationFailure(errors) },
  }) as ValidationPipe;
}

/**
 * Runs a collecting pipe on an input, which stays unchanged. Inputs that no honest client sends (nested over 100
 * levels, lists of more than 5,000 items that `@ArrayUnique` would compare pairwise, over 100 unknown keys that are
 * forbidden) are refused before class-validator runs; large ones, and those on which class-transformer itself fails,
 * may be refused by the schema. A promise, unless the input took the fast path.
 */
export function runPipe(
  pipe: ValidationPipe,
  given: unknown,
  metadata: ArgumentMetadata,
  document: DtoDocument,
  fastPath = true,
): unknown {
  const { tooDeep, values, longestArray } = measure(given);
  if (tooDeep) throw refusal('is nested too deeply');
  const unknown =
    values > MAX_UNKNOWN_KEYS ? unknownKeyErrors(pipe, given, metadata, document) : [];
  if (unknown.length > 0) throw new ValidationFailure(unknown);
  // Nest's pipe would delete them from the given object.
  let input = withoutPrototypeKeys(given);
  if (document.comparesItems && longestArray > MAX_COMPARED_ITEMS) {
    throw refusal(`has a list of more than ${MAX_COMPARED_ITEMS} items`);
  }
  if (values > MAX_UNWEIGHED && !document.converts) refuseBySchema(document, input);
  if (fastPath) {
    const preparing = prepareShortcut(pipe);
    if (preparing) return preparing.then(() => runPipe(pipe, given, metadata, document));
    if (values > MAX_UNKNOWN_KEYS && isFollowed(pipe)) {
      input = withoutStrippedKeys(pipe, input, metadata);
    }
    const taken = takeShortcut(pipe, input, metadata);
    if (taken) return taken;
  }
  return runWhole(pipe, input, metadata, document);
}

async function runWhole(
  pipe: ValidationPipe,
  input: unknown,
  metadata: ArgumentMetadata,
  document: DtoDocument,
): Promise<unknown> {
  try {
    const consumed = document.consumesInput ? copy(input) : input;
    return (await pipe.transform(consumed, metadata)) as unknown;
  } catch (error) {
    if (error instanceof ValidationFailure || error instanceof HttpException) throw error;
    refuseBySchema(document, input);
    throw error;
  }
}

function refuseBySchema(document: DtoDocument, input: unknown): void {
  const { issues } = validatorOf(document)(input);
  if (issues) throw new ValidationFailure([], issues);
}

const refusal = (message: string): ValidationFailure => new ValidationFailure([], [{ message }]);

const validators = new WeakMap<DtoDocument, JsonSchemaValidator>();

/** Compiled on first use. Formats are only descriptive: class-validator has its own rules for them. */
function validatorOf(document: DtoDocument): JsonSchemaValidator {
  const known =
    validators.get(document) ?? compileJsonSchema(document.json, 'input', { formats: false });
  validators.set(document, known);
  return known;
}

/** A copy of JSON, because class-transformer deletes discriminators from the objects that it reads. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}

interface Place {
  readonly value: unknown;
  readonly type: Type | undefined;
  readonly path: readonly PropertyKey[];
}

function collect(errors: readonly ValidationError[], place: Place, issues: SchemaIssue[]): void {
  for (const error of errors) {
    if (issues.length >= MAX_ISSUES) return;
    // For a class without any rule (`forbidUnknownValues`) class-validator names no property.
    const property = (error.property as string | undefined) ?? '';
    const inner = step(place, property);
    for (const [rule, message] of Object.entries(error.constraints ?? {})) {
      issues.push(
        message === NO_OBJECT
          ? { path: place.path, message: 'must be an object' }
          : { path: inner.path, message: toWords(property, rule, message) },
      );
    }
    if (error.children) collect(error.children, inner, issues);
  }
}

/** Nest's own error for a whole input that is not an object, with the name of the parameter. */
const NO_OBJECT = 'Validation failed (object is expected)';

function step({ value, type, path }: Place, property: string): Place {
  if (property === '') return { value, type, path };
  const isItem = Array.isArray(value) && /^\d+$/u.test(property);
  if (isItem) {
    return { value: value[Number(property)] as unknown, type, path: [...path, Number(property)] };
  }
  const hints = type && transformHintsOf(type, property, 'input');
  const key = hints?.key ?? property;
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  const child: unknown = isObject ? value[key as never] : undefined;
  return { value: child, type: hints?.type, path: [...path, key] };
}

/** class-validator's own error for a nested value that is not an object. */
const NO_NESTED_OBJECT = /^(each value in )?nested property .+ must be either object or array$/u;

function toWords(property: string, rule: string, message: string | undefined): string {
  if (!message) return `does not satisfy ${rule}`;
  const nested = NO_NESTED_OBJECT.exec(message);
  // An item of a list is named by its index.
  if (nested) {
    return nested[1] === undefined || /^\d+$/u.test(property)
      ? 'must be an object'
      : 'each value must be an object';
  }
  const prefixes: readonly [string, string][] = [
    [`${property} `, ''],
    [`each value in nested property ${property} `, 'each value '],
    [`each value in ${property} `, 'each value '],
    [`nested property ${property} `, ''],
    [`property ${property} `, ''],
    [`${property}'s `, ''],
    [`All ${property}'s elements `, 'all elements '],
    [`each value in All ${property}'s elements `, 'all elements of each value '],
  ];
  for (const [prefix, replacement] of prefixes) {
    if (property && message.startsWith(prefix)) return replacement + message.slice(prefix.length);
  }
  return message;
}

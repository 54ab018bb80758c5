import { ValidationPipe, type Type, type ValidationError } from '@nestjs/common';
import type { ArgumentMetadata, ValidationPipeOptions } from '@nestjs/common';
import { transformHintsOf } from './class-transformer.hints.js';
import { MAX_COMPARED_ITEMS, measure } from './input.limits.js';
import type { SchemaIssue } from './mcp.schema.js';

/** The validation in force where neither the application nor the module says otherwise. */
export const DEFAULT_VALIDATION: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
};

/** What a validation pipe throws when it is derived by `collecting`: class-validator's errors as they are. */
export class ValidationFailure extends Error {
  constructor(readonly errors: ValidationError[]) {
    super('validation failed');
  }
}

/** A pipe that behaves as the given one and hands out the errors; the given one is not touched. */
export function collecting(pipe: ValidationPipe): ValidationPipe {
  return Object.create(pipe, {
    exceptionFactory: { value: (errors: ValidationError[]) => new ValidationFailure(errors) },
  }) as ValidationPipe;
}

/**
 * Runs a collecting pipe on an input. Inputs that no honest client sends (nested over 100 levels, lists of more than
 * 5,000 items that `@ArrayUnique` would compare pairwise) are refused before class-validator sees them.
 */
export async function runPipe(
  pipe: ValidationPipe,
  input: unknown,
  metadata: ArgumentMetadata,
  compares: boolean,
): Promise<unknown> {
  const { tooDeep, longestArray } = measure(input);
  if (tooDeep) throw refusal('is nested too deeply');
  if (compares && longestArray > MAX_COMPARED_ITEMS) {
    throw refusal(`has a list of more than ${MAX_COMPARED_ITEMS} items`);
  }
  return (await pipe.transform(input, metadata)) as unknown;
}

const refusal = (message: string): ValidationFailure =>
  new ValidationFailure([{ property: '', constraints: { limit: message }, children: [] }]);

/** The errors of class-validator as issues: paths as the client wrote them, words without the property's name. */
export function toIssues(
  errors: readonly ValidationError[],
  input: unknown,
  type: Type | undefined,
): SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  collect(errors, { value: input, type, path: [] }, issues);
  return issues;
}

interface Place {
  readonly value: unknown;
  readonly type: Type | undefined;
  readonly path: readonly PropertyKey[];
}

function collect(errors: readonly ValidationError[], place: Place, issues: SchemaIssue[]): void {
  for (const error of errors) {
    const inner = step(place, error.property);
    for (const [rule, message] of Object.entries(error.constraints ?? {})) {
      issues.push({ path: inner.path, message: toWords(error.property, rule, message) });
    }
    if (error.children) collect(error.children, inner, issues);
  }
}

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

function toWords(property: string, rule: string, message: string | undefined): string {
  if (!message) return `does not satisfy ${rule}`;
  const prefixes: readonly [string, string][] = [
    [`${property} `, ''],
    [`each value in nested property ${property} `, 'each value '],
    [`each value in ${property} `, 'each value '],
    [`nested property ${property} `, ''],
    [`property ${property} `, ''],
    [`All ${property}'s elements `, 'all elements '],
    [`each value in All ${property}'s elements `, 'all elements of each value '],
  ];
  for (const [prefix, replacement] of prefixes) {
    if (property && message.startsWith(prefix)) return replacement + message.slice(prefix.length);
  }
  return message;
}

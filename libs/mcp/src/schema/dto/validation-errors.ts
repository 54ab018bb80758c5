import type { Type, ValidationError } from '@nestjs/common';
import { toLines } from '../issue-lines.js';
import type { JsonSchema } from '../mcp.schema.js';
import { transformHintsOf } from './class-transformer-hints.js';
import { isDtoClass } from './dto-property.js';
import { describeDtoInput } from './dto.schema.js';
import { DEFAULT_VALIDATION, ValidationFailure } from './dto-validator.js';

const known = new WeakMap<object, readonly string[]>();

/** Stores the lines of a refused input for the error list or the exception that the application creates for it. */
export function keepRefusal(refusal: object, lines: readonly string[]): void {
  known.set(refusal, lines);
}

/** The stored lines for an exception of the application. */
export function keptRefusal(refusal: unknown): readonly string[] | undefined {
  return typeof refusal === 'object' && refusal !== null ? known.get(refusal) : undefined;
}

/** Whether a value is a list of class-validator's errors, of any copy of the package. */
export function isErrorList(value: unknown): value is ValidationError[] {
  return Array.isArray(value) && value.length > 0 && value.every(isError);
}

function isError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { property, constraints, children } = value as Partial<ValidationError>;
  const says = typeof constraints === 'object' || (Array.isArray(children) && children.length > 0);
  return (typeof property === 'string' || property === undefined) && says && !('message' in value);
}

/**
 * One line for each property, in the form of a refused input: path, rules, and the received value if the errors have
 * it.
 */
export function linesOf(errors: ValidationError[]): readonly string[] {
  const kept = known.get(errors);
  if (kept) return kept;
  const target: unknown = errors.find((error) => error.target !== undefined)?.target;
  const type = (target as { constructor?: unknown } | undefined)?.constructor;
  const dto = isDtoClass(type) ? type : undefined;
  const given = Object.fromEntries(
    errors.map((error) => [keyOf(error.property, dto), error.value as unknown]),
  );
  const tells = errors.every((error) => 'value' in error);
  const issues = new ValidationFailure(errors).issues(given, dto);
  return toLines(issues, tells ? given : undefined, dto && schemaOf(dto));
}

function keyOf(property: string, type: Type | undefined): string {
  return type ? transformHintsOf(type, property, 'input').key : property;
}

/** The schema that shows which values must not be repeated. */
function schemaOf(type: Type): JsonSchema | undefined {
  try {
    return describeDtoInput(type, type.name, DEFAULT_VALIDATION, true).json;
  } catch {
    return undefined;
  }
}

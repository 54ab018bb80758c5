import type { ValidationArguments } from 'class-validator';
import type { Type, ValidationPipeOptions } from '@nestjs/common';
import { constraintOf, metadatasOf, type Metadata } from './class-validator-storage.js';
import { RULES } from './value.rules.js';
import type { JsonSchema } from '../mcp.schema.js';

/** One rule on one property, as class-validator will run it. */
export interface ValidationRule {
  readonly name: string;
  /** Whether it applies to each item. */
  readonly each: boolean;
  /** The JSON schema that it implies; `undefined` for a custom validator. */
  readonly claims: JsonSchema | undefined;
  /** Whether it accepts a value; `undefined` if only running the application's code could tell. */
  accepts(value: unknown): boolean | undefined;
  /** Its requirement, in class-validator's words without the property's name, if they are known beforehand. */
  words(): string | undefined;
}

/** The rules of class-validator for a property under the given validation. */
export interface PropertyRules {
  readonly rules: readonly ValidationRule[];
  readonly nested: { readonly each: boolean } | undefined;
  /** `@IsOptional()`, or a `@ValidateIf()` that only depends on this very value. */
  readonly skips: { readonly undefined: boolean; readonly null: boolean };
  /** Whether it has a condition whose outcome is not known beforehand. */
  readonly conditional: boolean;
}

/** The rules of a class by property: inherited ones too, and only those of the active groups. */
export function rulesOf(
  type: Type,
  validation: ValidationPipeOptions,
): ReadonlyMap<string, PropertyRules> {
  const rules = new Map<string, PropertyRules>();
  for (const [name, list] of metadatasOf(type, validation)) {
    rules.set(name, toRules(name, list, validation));
  }
  return rules;
}

function toRules(
  property: string,
  metadatas: readonly Metadata[],
  validation: ValidationPipeOptions,
): PropertyRules {
  const { skipMissingProperties, skipUndefinedProperties, skipNullProperties } = validation;
  const rules: ValidationRule[] = [];
  let nested: { readonly each: boolean } | undefined;
  let [isDefined, conditional] = [false, false];
  const skips = { undefined: false, null: false };
  for (const metadata of metadatas) {
    const { type, each } = metadata;
    if (type === 'conditionalValidation') {
      const condition = skipsOf(property, metadata);
      conditional ||= condition === undefined;
      skips.undefined ||= condition?.undefined === true;
      skips.null ||= condition?.null === true;
    } else if (type === 'nestedValidation') {
      nested = { each: each || nested?.each === true };
    } else if (RULE_TYPES.has(type) && metadata.validateIf === undefined) {
      rules.push(new MetadataRule(metadata));
    }
    isDefined ||= type === 'isDefined';
  }
  if (!isDefined) {
    skips.undefined ||= Boolean(skipMissingProperties || skipUndefinedProperties);
    skips.null ||= Boolean(skipMissingProperties || skipNullProperties);
  }
  return { rules, nested, skips, conditional };
}

const RULE_TYPES = new Set(['customValidation', 'isDefined']);

class MetadataRule implements ValidationRule {
  readonly name: string;
  readonly each: boolean;
  readonly claims: JsonSchema | undefined;
  private readonly isKnown: boolean;

  constructor(private readonly metadata: Metadata) {
    const { name = '', each, constraints } = metadata;
    const toClaims = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    this.name = name;
    this.each = each;
    this.claims = toClaims?.(constraints ?? []);
    this.isKnown = toClaims !== undefined;
  }

  accepts(value: unknown): boolean | undefined {
    return this.isKnown ? accepts(this.metadata, value) : undefined;
  }

  words(): string | undefined {
    return this.isKnown ? wordsOf(this.metadata) : undefined;
  }
}

/** Runs a rule of class-validator itself; those are pure and independent of the application. */
function accepts(metadata: Metadata, value: unknown): boolean | undefined {
  try {
    const verdict: unknown = constraintOf(metadata)?.validate(value, argumentsOf(metadata, value));
    // A rule of the application with the same name may return a promise, whose rejection must be handled.
    if (verdict instanceof Promise) verdict.catch(() => undefined);
    return typeof verdict === 'boolean' ? verdict : undefined;
  } catch {
    return undefined;
  }
}

function wordsOf(metadata: Metadata): string | undefined {
  const { name = '', message } = metadata;
  if (name === 'isStrongPassword') return 'must be a strong password';
  try {
    const template =
      typeof message === 'string'
        ? message
        : constraintOf(metadata)?.defaultMessage?.(argumentsOf(metadata, undefined));
    return template === undefined ? undefined : withArguments(template, metadata);
  } catch {
    return undefined;
  }
}

/** Fills the placeholders of a class-validator message; `undefined` if an argument is known only at run time. */
function withArguments(template: string, metadata: Metadata): string | undefined {
  const constraints: readonly unknown[] = metadata.constraints ?? [];
  let known = !template.includes('$value');
  const text = template
    .replace(/^All \$property's /u, 'all ')
    .replace(/^(each value in )?\$property('s)? /u, (_, each) => (each ? 'each value ' : ''))
    .replaceAll('$property', metadata.propertyName)
    .replaceAll(/\$constraint(\d+)/gu, (_, position) => {
      const word = inWords(constraints[Number(position) - 1]);
      known &&= word !== undefined;
      return word ?? '';
    });
  return known ? text : undefined;
}

function inWords(constraint: unknown): string | undefined {
  if (Array.isArray(constraint)) {
    const words = constraint.map(inWords);
    return words.includes(undefined) ? undefined : words.join(', ');
  }
  if (constraint instanceof Date) return constraint.toISOString();
  if (constraint instanceof RegExp) return String(constraint);
  return ['string', 'number', 'boolean'].includes(typeof constraint)
    ? String(constraint)
    : undefined;
}

function argumentsOf(metadata: Metadata, value: unknown): ValidationArguments {
  return {
    value,
    constraints: metadata.constraints ?? [],
    targetName: '',
    object: {},
    property: metadata.propertyName,
  };
}

const SAMPLES: readonly unknown[] = ['text', '', 1, 0, true, false, [], {}];

/** The missing values that a condition accepts without validation; `undefined` if it depends on anything else. */
function skipsOf(property: string, metadata: Metadata): PropertyRules['skips'] | undefined {
  if (metadata.name === 'isOptional') return { undefined: true, null: true };
  const condition: unknown = metadata.constraints?.[0];
  if (typeof condition !== 'function') return undefined;
  let foreign = false;
  const validates = (value: unknown): boolean => {
    const object = new Proxy(Object.create(null) as object, {
      get: (_, key) => {
        if (key === property) return value;
        foreign = true;
        return undefined;
      },
      has: (_, key) => (foreign ||= key !== property),
      ownKeys: () => {
        foreign = true;
        return [];
      },
    });
    return Boolean(condition(object, value));
  };
  try {
    const known = SAMPLES.every(validates);
    const skips = { undefined: !validates(undefined), null: !validates(null) };
    return known && !foreign ? skips : undefined;
  } catch {
    return undefined;
  }
}

import type { Type, ValidationPipeOptions } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { transformHintsOf, typeNamedBy } from '../class-transformer-hints.js';
import { metadatasOf, type Metadata } from '../class-validator-storage.js';
import { storage as transformer } from '../class-transformer-storage.js';
import { isDtoClass } from '../dto-property.js';
import { ownRuleOf, type OwnRule } from './own.rules.js';

/** What class-transformer and class-validator do with a class under one validation, where it is simple. */
export interface DtoPlan {
  readonly type: Type;
  readonly properties: ReadonlyMap<string, PropertyPlan>;
  /** Whether keys without a rule are stripped or refused. */
  readonly whitelist: boolean;
  /** Of a class and all that it leads to. */
  readonly family: Family;
}

/** What the plans of a class and of those nested in it have in common. */
export interface Family {
  /** Turns false for good when a rule answers with a promise: it is not class-validator's own. */
  isSound: boolean;
}

type Conversion = (value: unknown) => unknown;

/** The rules of one property, in the order in which class-validator asks them. */
export interface PropertyPlan {
  readonly name: string;
  /** `@IsOptional()`: of a missing value nothing is asked. */
  readonly isOptional: boolean;
  /** `@IsDefined()`: asked even where the options skip what is missing. */
  readonly defined: readonly OwnRule[];
  readonly skipsUndefined: boolean;
  readonly skipsNull: boolean;
  readonly rules: readonly OwnRule[];
  /** What becomes of a text, a number or a boolean: `@Type(() => Number)` and its siblings. Then nothing else is taken. */
  readonly convert: Conversion | undefined;
  /** `@ValidateNested()` with `@Type()`. */
  readonly nested: DtoPlan | undefined;
  /** Whether a list becomes a plain array, by its declared type. */
  readonly takesList: boolean;
  /** Whether its `@Type()` still names the class that was planned with: it may answer differently each time. */
  readonly isAsPlanned: () => boolean;
}

const ALWAYS = (): boolean => true;

type Transformation = Pick<PropertyPlan, 'convert' | 'nested' | 'takesList' | 'isAsPlanned'>;

const CONVERSIONS: readonly unknown[] = [String, Number, Boolean];

/**
 * The plan of a class under options that `takeShortcut` knows. `undefined` where anything in it, or in a class that it
 * leads to, is not simple: rules of the application, conditions, `@Transform`, `@Expose`, accessors, ….
 * What is decorated afterwards is not seen. Throws what a decorator's function or a constructor throws.
 */
export function planDto(type: Type, validation: ValidationPipeOptions): DtoPlan | undefined {
  return new Planner(validation).plan(type);
}

class Planner {
  private readonly plans = new Map<Type, DtoPlan>();
  private readonly family: Family = { isSound: true };

  constructor(private readonly validation: ValidationPipeOptions) {}

  plan(type: Type): DtoPlan | undefined {
    const known = this.plans.get(type);
    if (known) return known;
    const byProperty = metadatasOf(type, this.validation);
    if (byProperty.size === 0 || !isSimpleClass(type)) return undefined;
    const whitelist = Boolean(this.validation.whitelist);
    if (!isSimpleInstance(new type(), type, whitelist ? byProperty : undefined)) return undefined;
    const properties = new Map<string, PropertyPlan>();
    // Known before its properties are: a class may nest itself.
    const plan: DtoPlan = { type, properties, whitelist, family: this.family };
    this.plans.set(type, plan);
    for (const [name, metadatas] of byProperty) {
      const property = this.planProperty(type, name, metadatas);
      if (!property) return undefined;
      properties.set(name, property);
    }
    return plan;
  }

  private planProperty(
    type: Type,
    name: string,
    metadatas: readonly Metadata[],
  ): PropertyPlan | undefined {
    const asked = this.planRules(metadatas);
    const made = this.planTransformation(type, name);
    const isNested = metadatas.some((metadata) => metadata.type === 'nestedValidation');
    const isReserved = name in (type.prototype as object) || name === 'prototype';
    // A class that is made but not validated, or validated but not made, is left to the packages.
    if (!asked || !made || isReserved || isNested !== (made.nested !== undefined)) return undefined;
    return { name, ...asked, ...made };
  }

  private planRules(
    metadatas: readonly Metadata[],
  ): Omit<PropertyPlan, 'name' | keyof Transformation> | undefined {
    const { skipMissingProperties, skipUndefinedProperties, skipNullProperties } = this.validation;
    const defined: OwnRule[] = [];
    const rules: OwnRule[] = [];
    let isOptional = false;
    for (const metadata of metadatas) {
      if (metadata.type === 'conditionalValidation' && metadata.name === 'isOptional') {
        isOptional = true;
      } else if (metadata.type === 'isDefined' || metadata.type === 'customValidation') {
        const rule = ownRuleOf(metadata, getMetadataStorage());
        if (!rule) return undefined;
        (metadata.type === 'isDefined' ? defined : rules).push(rule);
      } else if (!['nestedValidation', 'whitelistValidation'].includes(metadata.type)) {
        return undefined;
      }
    }
    const skipsUndefined = skipMissingProperties === true || skipUndefinedProperties === true;
    const skipsNull = skipMissingProperties === true || skipNullProperties === true;
    return { isOptional, defined, skipsUndefined, skipsNull, rules };
  }

  private planTransformation(owner: Type, name: string): Transformation | undefined {
    const { transformOptions } = this.validation;
    const hints = transformHintsOf(owner, name, 'input', transformOptions);
    const { type, container } = hints;
    const typed = transformer.findTypeMetadata(owner, name);
    const isTyped = typed !== undefined;
    if (hints.excluded || hints.transformed || hints.discriminator) return undefined;
    if (isTyped && (type === undefined || container === Map)) return undefined;
    // An array is made by the declared type.
    const takesList = container === undefined || container === Array || container === Object;
    const isAsPlanned = typed ? () => typeNamedBy(typed.typeFunction) === type : ALWAYS;
    const simple = { convert: undefined, nested: undefined, takesList, isAsPlanned };
    if (CONVERSIONS.includes(type)) return { ...simple, convert: type as unknown as Conversion };
    if (!isTyped && (type === undefined || (type as unknown) === Object)) {
      // Implicitly, objects in a list would be made arrays.
      const isConverted = transformOptions?.enableImplicitConversion && container === Array;
      return isConverted ? { ...simple, convert: (value) => value } : simple;
    }
    const nested = isDtoClass(type) ? this.plan(type) : undefined;
    return nested && { ...simple, nested };
  }
}

function isSimpleClass(type: Type): boolean {
  return (
    (type.prototype as object).constructor === type &&
    transformer.getExposedMetadatas(type).length === 0
  );
}

/** Whether an instance holds nothing but values, of known properties where others would be stripped or refused. */
function isSimpleInstance(
  instance: unknown,
  type: Type,
  known: ReadonlyMap<string, unknown> | undefined,
): boolean {
  if (typeof instance !== 'object' || instance === null) return false;
  if (Object.getPrototypeOf(instance) !== type.prototype) return false;
  return Object.entries(Object.getOwnPropertyDescriptors(instance)).every(
    ([name, { writable }]) => writable && (!known || known.has(name)) && name !== 'constructor',
  );
}

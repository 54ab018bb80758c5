import type { Type, ValidationPipeOptions } from '@nestjs/common';
import { transformHintsOf, typeNamedBy } from '../class-transformer-hints.js';
import { getMetadataStorage } from '../class-validator-parts.js';
import { metadatasOf, type Metadata } from '../class-validator-storage.js';
import { storage as transformer } from '../class-transformer-storage.js';
import { isDtoClass } from '../dto-property.js';
import { ownRuleOf, type OwnRule } from './own.rules.js';

/** The effect of class-transformer and class-validator on a simple class under one validation. */
export interface DtoPlan {
  readonly type: Type;
  readonly properties: ReadonlyMap<string, PropertyPlan>;
  /** Whether keys without a rule are stripped or refused. */
  readonly whitelist: boolean;
  /** Shared by a class and all classes that it refers to. */
  readonly family: Family;
}

/** The properties that the plans of a class and of its nested classes share. */
export interface Family {
  /** Permanently false once a rule has returned a promise: then it is not class-validator's own. */
  isSound: boolean;
}

type Conversion = (value: unknown) => unknown;

/** The rules of one property, in class-validator's order. */
export interface PropertyPlan {
  readonly name: string;
  /** The name of the class whose instances are validated; it may have inherited the property. */
  readonly targetName: string;
  /** `@IsOptional()`: a missing value is not validated. */
  readonly isOptional: boolean;
  /** `@IsDefined()`: applied even if the options skip missing values. */
  readonly defined: readonly OwnRule[];
  readonly skipsUndefined: boolean;
  readonly skipsNull: boolean;
  readonly rules: readonly OwnRule[];
  /** Converts a text, a number or a boolean: `@Type(() => Number)` and the like. No other value is then accepted. */
  readonly convert: Conversion | undefined;
  /** `@ValidateNested()` with `@Type()`. */
  readonly nested: DtoPlan | undefined;
  /** Whether a list becomes a plain array, by its declared type. */
  readonly takesList: boolean;
  /** Whether its `@Type()` still returns the planned class, because it may return another each time. */
  readonly isAsPlanned: () => boolean;
}

const ALWAYS = (): boolean => true;

type Transformation = Pick<PropertyPlan, 'convert' | 'nested' | 'takesList' | 'isAsPlanned'>;

const CONVERSIONS: readonly unknown[] = [String, Number, Boolean];

/**
 * The plan of a class under options that `takeShortcut` supports. `undefined` if anything in it, or in a class that it
 * refers to, is not simple: rules of the application, conditions, `@Transform`, `@Expose`, accessors, … Later
 * decorators have no effect on it. Throws the errors of a decorator's function or a constructor.
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
    // Registered before its properties are planned, because a class may refer to itself.
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
    // A class that is instantiated but not validated, or the reverse, is left to the packages.
    if (!asked || !made || isReserved || isNested !== (made.nested !== undefined)) return undefined;
    return { name, targetName: type.name, ...asked, ...made };
  }

  private planRules(
    metadatas: readonly Metadata[],
  ): Omit<PropertyPlan, 'name' | 'targetName' | keyof Transformation> | undefined {
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
    // The declared type determines the array type.
    const takesList = container === undefined || container === Array || container === Object;
    const isAsPlanned = typed ? () => typeNamedBy(typed.typeFunction) === type : ALWAYS;
    const simple = { convert: undefined, nested: undefined, takesList, isAsPlanned };
    if (CONVERSIONS.includes(type)) return { ...simple, convert: type as unknown as Conversion };
    if (!isTyped && (type === undefined || (type as unknown) === Object)) {
      // With implicit conversion, objects in a list would become arrays.
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

/** Whether an instance contains only values, and only known properties if others would be stripped or refused. */
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

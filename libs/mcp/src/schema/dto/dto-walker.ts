import type { Type, ValidationPipeOptions } from '@nestjs/common';
import { rulesOf, type PropertyRules } from './class-validator.metadata.js';
import {
  dropsUnknownKeys,
  transformedProperties,
  transformHintsOf,
  type Direction,
} from './class-transformer-hints.js';
import { describeDocumented } from './dto-documented.js';
import { describeInput } from './dto-input.js';
import { describeOutput } from './dto-output.js';
import { initialValuesOf } from './dto-initial.js';
import { isDtoClass, type ClassReferences, type DtoProperty } from './dto-property.js';
import { ignoredKeys } from './ignored-keys.js';
import { inlineReferences } from './dto-references.js';
import type { JsonSchema } from '../mcp.schema.js';
import { annotationsOf, apiPropertiesOf, apiSchemaOf } from './swagger-hints.js';

const EXTRA_MODELS = 'swagger/apiExtraModels';

/** The depth to which classes without validation are outlined. */
const OUTLINE_DEPTH = 3;

/** The JSON Schema of a class, with properties that affect its validation. */
export interface DtoDocument {
  readonly json: JsonSchema;
  /** Whether items of lists are compared with each other (`@ArrayUnique`), in quadratic time. */
  readonly comparesItems: boolean;
  /** Whether class-transformer changes its input (it deletes discriminators that are not kept). */
  readonly consumesInput: boolean;
  /** Whether values change their type on conversion (`@Type(() => Number)`): the schema describes them after it. */
  readonly converts: boolean;
  /**
   * Names that the schema may not list and that class-transformer removes from an input, or renames, before validation.
   */
  readonly ignored: ReadonlySet<string>;
}

/** Walks a class and all classes that it refers to, and writes each once. */
export class DtoWalker implements ClassReferences {
  private readonly names = new Map<Type, string>();
  private readonly definitions = new Map<string, JsonSchema>();
  private readonly models = new Map<string, Type>();
  private readonly ignored = new Set<string>();
  private outlineDepth = 0;
  private readonly cost = { comparesItems: false, consumesInput: false, converts: false };

  constructor(
    private readonly direction: Direction,
    private readonly validation: ValidationPipeOptions,
    /** Whether the class has no validation, and its documentation is its schema. */
    private readonly documented = false,
  ) {}

  /** The complete document of a class: nested classes inlined, recursive ones in `$defs`. */
  toDocument(type: Type): DtoDocument {
    this.refer(type);
    const json = inlineReferences(this.names.get(type) ?? type.name, this.definitions);
    return { json, ...this.cost, ignored: this.ignored };
  }

  refer(type: Type): JsonSchema {
    let name = this.names.get(type);
    if (name === undefined) {
      name = this.freeName(type);
      this.names.set(type, name);
      this.definitions.set(name, {});
      this.definitions.set(name, this.describe(type));
    }
    return { $ref: `#/$defs/${name}` };
  }

  outline(type: Type): JsonSchema {
    if (this.outlineDepth >= OUTLINE_DEPTH) return {};
    this.outlineDepth++;
    const properties = this.propertiesOf(type).map((property) => {
      const nested = property.hints.type;
      const inner = isDtoClass(nested) && !property.hints.container ? this.outline(nested) : {};
      return [property.hints.key, { ...inner, ...annotationsOf(property.api) }];
    });
    this.outlineDepth--;
    return properties.length > 0 ? { properties: Object.fromEntries(properties) } : {};
  }

  named(name: string): Type | undefined {
    return this.models.get(name);
  }

  private freeName(type: Type): string {
    const wanted = (apiSchemaOf(type).name ?? type.name).replaceAll(/[^\w.-]/gu, '_') || 'Object';
    let name = wanted;
    for (let n = 2; this.definitions.has(name); n++) name = `${wanted}${n}`;
    return name;
  }

  private describe(type: Type): JsonSchema {
    this.learnModels(type);
    const describe = this.documented
      ? describeDocumented
      : this.direction === 'input'
        ? describeInput
        : describeOutput;
    const described = this.propertiesOf(type).map((property) => ({
      ...describe(property, this),
      isAlias: property.hints.key !== property.name,
    }));
    const aliases = new Set(described.filter(({ isAlias }) => isAlias).map(({ key }) => key));
    // class-transformer assigns a key that is an alias only to the property with that alias.
    const named = described.filter(({ key, isAlias }) => isAlias || !aliases.has(key));
    const properties = named.map(({ key, schema }) => [key, schema] as const);
    const required = named.filter((part) => part.required).map(({ key }) => key);
    const { description } = apiSchemaOf(type);
    return {
      type: 'object',
      ...(description !== undefined && { description }),
      ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
      ...(required.length > 0 && { required }),
      ...(this.isStrict(type) && { additionalProperties: false }),
    };
  }

  /** Unknown keys are forbidden only if the given validation refuses them. */
  private isStrict(type: Type): boolean {
    const { whitelist, forbidNonWhitelisted, transformOptions } = this.validation;
    if (this.direction === 'output' || this.documented) return false;
    if (!whitelist || !forbidNonWhitelisted) return false;
    return !dropsUnknownKeys(type, transformOptions);
  }

  private learnModels(type: Type): void {
    const models: unknown = Reflect.getMetadata(EXTRA_MODELS, type);
    for (const model of [type, ...(Array.isArray(models) ? models : [])]) {
      if (isDtoClass(model)) this.models.set(apiSchemaOf(model).name ?? model.name, model);
    }
  }

  private propertiesOf(type: Type): DtoProperty[] {
    const rules = rulesOf(type, this.validation);
    const api = apiPropertiesOf(type);
    const initial = initialValuesOf(type);
    const names = this.listed(type, rules, [
      ...rules.keys(),
      ...api.keys(),
      ...transformedProperties(type),
      ...(this.direction === 'input' ? Object.keys(initial.values) : []),
    ]);
    for (const name of ignoredKeys(type, Object.keys(initial.values))) this.ignored.add(name);
    const { transformOptions } = this.validation;
    const properties: DtoProperty[] = [];
    for (const name of names) {
      const hints = transformHintsOf(type, name, this.direction, transformOptions);
      if (hints.excluded && !this.documented) continue;
      const property = {
        name,
        hints,
        rules: rules.get(name),
        api: api.get(name),
        initial: initial.values[name],
        default: initial.defaults[name],
      };
      this.weigh(property);
      properties.push(property);
    }
    return properties;
  }

  private weigh({ hints, rules }: DtoProperty): void {
    this.cost.comparesItems ||= rules?.rules.some(({ name }) => name === 'arrayUnique') ?? false;
    this.cost.consumesInput ||= hints.discriminator?.kept === false;
    this.cost.converts ||= hints.type !== undefined && !isDtoClass(hints.type);
  }

  /** With `whitelist`, properties without rules are stripped or refused, and so are not listed for clients. */
  private listed(
    type: Type,
    rules: ReadonlyMap<string, PropertyRules>,
    names: readonly string[],
  ): string[] {
    const whitelisted = this.direction === 'input' && this.validation.whitelist && !this.documented;
    return [...new Set(names)].filter(
      (name) => (rules.has(name) || !whitelisted) && !isMethod(type, name),
    );
  }
}

function isMethod(type: Type, name: string): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name);
  // Every class has a constructor: one with decorators is a property, whose name is refused.
  return name !== 'constructor' && typeof descriptor?.value === 'function';
}

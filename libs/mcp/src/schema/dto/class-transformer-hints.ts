import type { Type } from '@nestjs/common';
import {
  TransformationType,
  type ClassTransformOptions,
  type TypeMetadata,
} from 'class-transformer';
import { decoratorsOf, isTransformed, storage } from './class-transformer-storage.js';

/** The direction of values: from the client into a class, or from a class to the client. */
export type Direction = 'input' | 'output';

/** The class for a value of a discriminator. */
export interface SubType {
  readonly name: string;
  readonly type: Type;
}

/** How class-transformer handles a property in one direction. */
export interface TransformHints {
  /** The key in JSON: `@Expose({ name })`. */
  readonly key: string;
  /** Whether it is never transferred in this direction: `@Exclude()`, or exposed to other groups or versions only. */
  readonly excluded: boolean;
  /** Whether `@Expose()` makes it visited even if it is missing. */
  readonly exposed: boolean;
  /** Whether a missing value overwrites its initialiser: an exposed property is then set to `undefined`. */
  readonly undone: boolean;
  /** Whether `@Transform()` makes its JSON form unknown. */
  readonly transformed: boolean;
  /** The class of its values, by `@Type()`. */
  readonly type: Type | undefined;
  /** `design:type`, if the compiler has emitted it. */
  readonly design: unknown;
  /** The container by `design:type`, if there is a `@Type()`: `Array`, `Set`, `Map`. */
  readonly container: unknown;
  readonly discriminator:
    | { readonly property: string; readonly kept: boolean; readonly subTypes: readonly SubType[] }
    | undefined;
}

interface Directed {
  readonly toClassOnly?: boolean;
  readonly toPlainOnly?: boolean;
  readonly groups?: string[];
  readonly since?: number;
  readonly until?: number;
}

function applies(direction: Direction, options: Directed | undefined): boolean {
  if (!options || (options.toClassOnly && options.toPlainOnly)) return true;
  return direction === 'input' ? !options.toPlainOnly : !options.toClassOnly;
}

/**
 * Decides as class-transformer does: groups must overlap, and without groups only properties without groups are
 * visible.
 */
function isVisible(options: Directed | undefined, transform: ClassTransformOptions): boolean {
  const { groups = [], since, until } = options ?? {};
  const { version, groups: asked = [] } = transform;
  if (version !== undefined) {
    if (since !== undefined && version < since) return false;
    if (until !== undefined && version >= until) return false;
  }
  if (groups.length === 0) return true;
  return groups.some((group) => asked.includes(group));
}

/** How class-transformer will handle a property of a class. */
export function transformHintsOf(
  type: Type,
  property: string,
  direction: Direction,
  transform: ClassTransformOptions = {},
): TransformHints {
  const operation =
    direction === 'input' ? TransformationType.PLAIN_TO_CLASS : TransformationType.CLASS_TO_PLAIN;
  const { expose, exclude, transforms, type: typed } = decoratorsOf(type, property, operation);
  const exposed = expose !== undefined && applies(direction, expose.options);
  const strategy = strategyOf(type, transform);
  return {
    key: keyOf(property, direction, expose?.options),
    excluded:
      (exclude !== undefined && applies(direction, exclude.options)) ||
      (strategy === 'excludeAll' && !exposed) ||
      !isVisible(expose?.options, transform),
    exposed,
    undone: exposed && transform.exposeUnsetFields !== false && !transform.exposeDefaultValues,
    transformed: transforms.length > 0,
    ...typeOf(typed, designOf(type, property), transform),
  };
}

/** Whether keys that are not exposed never reach the class. */
export function dropsUnknownKeys(type: Type, transform: ClassTransformOptions = {}): boolean {
  return Boolean(transform.excludeExtraneousValues) || strategyOf(type, transform) === 'excludeAll';
}

function strategyOf(type: Type, transform: ClassTransformOptions): 'excludeAll' | 'exposeAll' {
  if (transform.excludeExtraneousValues) return 'excludeAll';
  const strategy = storage.getStrategy(type);
  return strategy === 'none' ? (transform.strategy ?? 'exposeAll') : strategy;
}

function keyOf(
  property: string,
  direction: Direction,
  options: (Directed & { readonly name?: string }) | undefined,
): string {
  // For inputs, an alias for outputs is accepted, but the property's own name is too.
  if (direction === 'input' && options?.toPlainOnly) return property;
  return options?.name ?? property;
}

function designOf(type: Type, property: string): unknown {
  return Reflect.getMetadata('design:type', type.prototype as object, property);
}

function typeOf(
  metadata: TypeMetadata | undefined,
  design: unknown,
  transform: ClassTransformOptions,
): Pick<TransformHints, 'type' | 'design' | 'container' | 'discriminator'> {
  if (!metadata) {
    const implicit = transform.enableImplicitConversion && typeof design === 'function';
    const container = design === Array ? Array : undefined;
    const type = implicit && !container ? (design as Type) : undefined;
    return { type, design, container, discriminator: undefined };
  }
  const { discriminator, keepDiscriminatorProperty = false } = metadata.options ?? {};
  return {
    type: typeNamedBy(metadata.typeFunction),
    design,
    container: metadata.reflectedType,
    discriminator: discriminator && {
      property: discriminator.property,
      kept: keepDiscriminatorProperty,
      subTypes: discriminator.subTypes.map(({ name, value }) => ({ name, type: value as Type })),
    },
  };
}

/** Every kind of access to an object. */
const TRAPS: readonly (keyof ProxyHandler<object>)[] = [
  'defineProperty',
  'deleteProperty',
  'get',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'has',
  'isExtensible',
  'ownKeys',
  'preventExtensions',
  'set',
  'setPrototypeOf',
];

let wasLookedAt = false;

const look = (): never => {
  wasLookedAt = true;
  throw new TypeError('not known at boot');
};

const UNKNOWN_OBJECT = new Proxy({}, Object.fromEntries(TRAPS.map((name) => [name, look])));

/**
 * The class that a `@Type()` function returns; `undefined` if it accessed its argument in any way, because its result
 * then depends on the input.
 */
export function typeNamedBy(typeFunction: unknown): Type | undefined {
  if (typeof typeFunction !== 'function') return undefined;
  wasLookedAt = false;
  try {
    const type: unknown = typeFunction(UNKNOWN_OBJECT);
    return typeof type === 'function' && !wasLookedAt ? (type as Type) : undefined;
  } catch {
    return undefined;
  }
}

/** The properties of a class with decorators of class-transformer, inherited ones included. */
export function transformedProperties(type: Type): string[] {
  if (!isTransformed(type)) return [];
  const names = new Set(storage.getExposedMetadatas(type).map(({ propertyName }) => propertyName));
  for (let target: unknown = type; typeof target === 'function';) {
    for (const metadatas of [storage['_typeMetadatas'], storage['_transformMetadatas']]) {
      for (const name of metadatas.get(target)?.keys() ?? []) names.add(name);
    }
    target = Object.getPrototypeOf(target);
  }
  // A decorator on the class itself is stored without a name.
  return [...names].filter((name: unknown) => typeof name === 'string');
}

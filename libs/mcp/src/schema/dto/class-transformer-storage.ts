import type { Type } from '@nestjs/common';
import { Expose } from 'class-transformer';
import type {
  ExcludeMetadata,
  ExposeMetadata,
  TransformationType,
  TransformMetadata,
  TypeMetadata,
} from 'class-transformer';
import { McpConfigurationError } from '../../errors/configuration.error.js';
// @ts-expect-error class-transformer publishes no types for its metadata (`@nestjs/mapped-types` reads it in the same
//   way).
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';

/** The metadata of class-transformer's decorators that is read here. */
export interface TransformerStorage {
  readonly _typeMetadatas: Map<object, Map<string, TypeMetadata>>;
  readonly _transformMetadatas: Map<object, Map<string, TransformMetadata[]>>;
  readonly _exposeMetadatas: Map<object, unknown>;
  readonly _excludeMetadatas: Map<object, unknown>;
  findTypeMetadata(target: object, property: string): TypeMetadata | undefined;
  findExposeMetadata(target: object, property: string): ExposeMetadata | undefined;
  findExcludeMetadata(target: object, property: string): ExcludeMetadata | undefined;
  findTransformMetadatas(target: object, property: string, type: number): TransformMetadata[];
  getExposedMetadatas(target: object): ExposeMetadata[];
  getExcludedMetadatas(target: object): ExcludeMetadata[];
  getAncestors(target: object): object[];
  getStrategy(target: object): 'excludeAll' | 'exposeAll' | 'none';
}

/** The storage that every copy of `@Type`, `@Expose`, `@Exclude` and `@Transform` writes to. */
export const storage = defaultMetadataStorage as TransformerStorage;

/** The decorators of one property. */
export interface PropertyDecorators {
  readonly type?: TypeMetadata | undefined;
  readonly expose?: ExposeMetadata | undefined;
  readonly exclude?: ExcludeMetadata | undefined;
  readonly transforms: readonly TransformMetadata[];
}

const NONE: PropertyDecorators = { transforms: [] };

/** The decorators of class-transformer that apply to a property in one direction, inherited ones included. */
export function decoratorsOf(
  type: Type,
  property: string,
  operation: TransformationType,
): PropertyDecorators {
  if (!isTransformed(type)) return NONE;
  return {
    type: storage.findTypeMetadata(type, property),
    expose: storage.findExposeMetadata(type, property),
    exclude: storage.findExcludeMetadata(type, property),
    transforms: storage.findTransformMetadatas(type, property, operation),
  };
}

/** Whether a class or a parent of it has any decorator of class-transformer; most have none. */
export function isTransformed(type: Type): boolean {
  return isDecorated(type) || storage.getAncestors(type).some(isDecorated);
}

function isDecorated(type: object): boolean {
  return (
    storage._typeMetadatas.has(type) ||
    storage._transformMetadatas.has(type) ||
    storage._exposeMetadatas.has(type) ||
    storage._excludeMetadatas.has(type)
  );
}

/**
 * Throws `McpConfigurationError` if decorators write to another copy of class-transformer than the one that is read
 * here: a bundler that prefers `module` over `main` bundles both, and every `@Type()`, `@Expose()` and `@Exclude()`
 * would be ignored.
 */
export function assertDecoratorsAreRead(
  read: Pick<TransformerStorage, '_exposeMetadatas'> = storage,
): void {
  class Probe {}
  Expose()(Probe.prototype, 'probe');
  if (read._exposeMetadatas.has(Probe)) return;
  throw new McpConfigurationError(
    'class-transformer',
    'there are two copies of it: decorators write to one, and schemas are read from the other. A bundler has taken in both.',
    "Set resolve.mainFields to ['main', 'module'] in the bundler, or make class-transformer external (webpack-node-externals).",
  );
}

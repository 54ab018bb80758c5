import type {
  ExcludeMetadata,
  ExposeMetadata,
  TransformMetadata,
  TypeMetadata,
} from 'class-transformer';
// @ts-expect-error class-transformer publishes no types for its metadata (`@nestjs/mapped-types` reads it so, too).
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';

/** The metadata of class-transformer's decorators, as far as it is read here. */
export interface TransformerStorage {
  readonly _typeMetadatas: Map<object, Map<string, TypeMetadata>>;
  readonly _transformMetadatas: Map<object, Map<string, TransformMetadata[]>>;
  findTypeMetadata(target: object, property: string): TypeMetadata | undefined;
  findExposeMetadata(target: object, property: string): ExposeMetadata | undefined;
  findExcludeMetadata(target: object, property: string): ExcludeMetadata | undefined;
  findTransformMetadatas(target: object, property: string, type: number): TransformMetadata[];
  getExposedMetadatas(target: object): ExposeMetadata[];
  getStrategy(target: object): 'excludeAll' | 'exposeAll' | 'none';
}

/** The storage that every copy of `@Type`, `@Expose`, `@Exclude` and `@Transform` writes to. */
export const storage = defaultMetadataStorage as TransformerStorage;

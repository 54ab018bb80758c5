/** The metadata of class-transformer, which its main entry does not export (as `@nestjs/mapped-types` reads it). */
declare module 'class-transformer/cjs/storage.js' {
  import type {
    ExcludeMetadata,
    ExposeMetadata,
    TransformMetadata,
    TypeMetadata,
  } from 'class-transformer';

  export const defaultMetadataStorage: {
    readonly _typeMetadatas: Map<Function, Map<string, TypeMetadata>>;
    readonly _transformMetadatas: Map<Function, Map<string, TransformMetadata[]>>;
    findTypeMetadata(target: Function, property: string): TypeMetadata | undefined;
    findExposeMetadata(target: Function, property: string): ExposeMetadata | undefined;
    findExcludeMetadata(target: Function, property: string): ExcludeMetadata | undefined;
    findTransformMetadatas(target: Function, property: string, type: number): TransformMetadata[];
    getExposedMetadatas(target: Function): ExposeMetadata[];
    getStrategy(target: Function): 'excludeAll' | 'exposeAll' | 'none';
  };
}

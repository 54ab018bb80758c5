import 'reflect-metadata';
import { Readable } from 'node:stream';
import { StreamableFile, type Type } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import { Observable } from 'rxjs';
import { isDtoClass } from '../schema/dto/dto-property.js';
import type { SchemaSource } from '../schema/to-schema.js';

/** The existing documentation of a method, for OpenAPI and Nest's serializer. */
export interface MethodDocumentation {
  readonly title?: string;
  readonly description?: string;
  readonly returns?: SchemaSource;
  readonly serialization?: ClassTransformOptions;
}

interface ApiResponse {
  readonly type?: unknown;
  readonly isArray?: boolean;
}

/**
 * Reads `@ApiOperation`, `@ApiOkResponse` and the like (also the compiler plugin's), the return type as emitted by
 * TypeScript, and `@SerializeOptions`, without `@nestjs/swagger`.
 */
export function documentationOf(host: Type, name: string): MethodDocumentation {
  const prototype = host.prototype as Record<string, object>;
  const method = prototype[name] as object;
  const operation = read<{ summary?: string; description?: string }>(
    'swagger/apiOperation',
    method,
  );
  const serialization =
    read<ClassTransformOptions>('class_serializer:options', method) ??
    read<ClassTransformOptions>('class_serializer:options', host);
  const returns = returnsOf(method) ?? returnsOf(host) ?? returnTypeOf(prototype, name);
  const title = operation?.summary || undefined;
  const description = operation?.description || title;
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(returns !== undefined && { returns }),
    ...(serialization && { serialization }),
  };
}

/** The type of the first successful response. */
function returnsOf(target: object): SchemaSource | undefined {
  const responses = read<Record<string, ApiResponse>>('swagger/apiResponse', target) ?? {};
  for (const [status, { type, isArray }] of Object.entries(responses)) {
    const source = /^2(\d\d|XX)$/.test(status) ? toSource(type) : undefined;
    if (source !== undefined) return isArray === true ? [source] : source;
  }
  return undefined;
}

/** The class that a method returns. Metadata contains no types inside a promise, a stream or an interface. */
function returnTypeOf(prototype: object, name: string): Type | undefined {
  const type: unknown = Reflect.getMetadata('design:returntype', prototype, name);
  const isValue = isDtoClass(type) && !containers.some((one) => isOrExtends(type, one));
  return isValue ? type : undefined;
}

const containers: readonly Function[] = [StreamableFile, Observable, Readable];

function isOrExtends(type: Type, base: Function): boolean {
  return type === base || type.prototype instanceof base;
}

const names = new Map<unknown, Type>([
  ['string', String],
  ['number', Number],
  ['boolean', Boolean],
]);

/** A class, possibly behind a function that swagger calls lazily; the content of a stream has no schema. */
function toSource(type: unknown): Type | undefined {
  if (typeof type === 'string') return names.get(type);
  if (typeof type !== 'function') return undefined;
  if (type.prototype === undefined) return toSource((type as () => unknown)());
  const scalar = ([String, Number, Boolean, Date] as unknown[]).includes(type);
  return scalar || (isDtoClass(type) && type !== StreamableFile) ? (type as Type) : undefined;
}

function read<T>(key: string, target: object): T | undefined {
  return Reflect.getMetadata(key, target) as T | undefined;
}

import type { NestInterceptor, Type } from '@nestjs/common';
import type { ClassTransformOptions } from 'class-transformer';
import { map } from 'rxjs';
import { toInstances } from '../schema/dto/dto-serializer.js';

/** The class that serialises a method's result, with the options. */
export interface OutputClass {
  readonly type: Type;
  readonly serialization?: ClassTransformOptions;
}

/**
 * The innermost interceptor of a method with an output class: the application's `ClassSerializerInterceptor` gets
 * instances of that class, so that it serialises a plain object, or an entity of another class, like an instance.
 */
export function makeInstances({ type, serialization }: OutputClass): NestInterceptor {
  return {
    intercept: (_context, next) =>
      next.handle().pipe(map((value: unknown) => toInstances(value, type, serialization))),
  };
}

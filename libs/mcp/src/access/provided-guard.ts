import { Scope, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';

/** The application's container, as far as finding a guard needs it. */
export interface GuardSource {
  readonly moduleRef: ModuleRef;
  /** The dependency injection context of a request. */
  readonly contextId: (request: object) => { id: number };
}

/** The guard of a class that some module of the application provides, in its own scope; `undefined` for any other class. */
export function findProvidedGuard(
  guard: Type<CanActivate>,
  { moduleRef, contextId }: GuardSource,
): CanActivate | undefined {
  const scope = scopeOf(guard, moduleRef);
  if (scope === undefined) return undefined;
  if (scope === Scope.DEFAULT) return moduleRef.get(guard, { strict: false });
  return {
    async canActivate(context) {
      const request = context.switchToHttp().getRequest<object>();
      const instance = await moduleRef.resolve(guard, contextId(request), { strict: false });
      return askGuard(instance, context);
    },
  };
}

/** The answer of a guard, also of one that answers by an `Observable`. */
export function askGuard(
  guard: CanActivate,
  context: ExecutionContext,
): boolean | Promise<boolean> {
  const answer = guard.canActivate(context);
  return isObservable(answer) ? lastValueFrom(answer) : answer;
}

function scopeOf(guard: Type<CanActivate>, moduleRef: ModuleRef): Scope | undefined {
  try {
    return moduleRef.introspect(guard).scope;
  } catch {
    return undefined;
  }
}

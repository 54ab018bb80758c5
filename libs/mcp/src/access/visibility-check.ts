import { Scope, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import type { McpCall } from '../context/mcp-call.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpVisibility } from './primitive-access.js';

/** Whether the caller may see a primitive. A rejection counts as no. */
export type VisibilityCheck = (context: ExecutionContext, call: McpCall) => Promise<boolean>;

/** The source of a guard class's dependencies. */
export interface GuardSource {
  readonly moduleRef: ModuleRef;
  /** The dependency injection context of a request. */
  readonly contextId: (request: object) => { id: number };
  /** `Class.method`, for errors. */
  readonly where: string;
}

/** Creates the check of a visibility rule. Throws `McpConfigurationError` for a guard that cannot be resolved. */
export async function toCheck(
  visibility: McpVisibility,
  source: GuardSource,
): Promise<VisibilityCheck> {
  if (!isGuard(visibility)) return async (context) => visibility(context);
  const guardFor = await resolveGuard(visibility, source);
  return async (context, call) => {
    const answer = (await guardFor(call)).canActivate(context);
    return isObservable(answer) ? lastValueFrom(answer) : answer;
  };
}

function isGuard(visibility: McpVisibility): visibility is Type<CanActivate> {
  const prototype = visibility.prototype as Partial<CanActivate> | undefined;
  return typeof prototype?.canActivate === 'function';
}

/** A guard that a module provides is used in its own scope; any other class is instantiated here. */
async function resolveGuard(
  guard: Type<CanActivate>,
  { moduleRef, contextId, where }: GuardSource,
): Promise<(call: McpCall) => CanActivate | Promise<CanActivate>> {
  const scope = scopeOf(guard, moduleRef);
  if (scope === Scope.DEFAULT) {
    const instance = moduleRef.get(guard, { strict: false });
    return () => instance;
  }
  if (scope !== undefined) {
    return (call) => moduleRef.resolve(guard, contextId(call.request), { strict: false });
  }
  try {
    const instance = await moduleRef.create(guard);
    return () => instance;
  } catch (error) {
    throw new McpConfigurationError(
      where,
      `the visibility guard ${guard.name} cannot be resolved: ${(error as Error).message}.`,
      `Provide ${guard.name} in a module, with what it needs.`,
    );
  }
}

function scopeOf(guard: Type<CanActivate>, moduleRef: ModuleRef): Scope | undefined {
  try {
    return moduleRef.introspect(guard).scope;
  } catch {
    return undefined;
  }
}

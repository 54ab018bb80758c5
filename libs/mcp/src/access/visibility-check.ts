import { Scope, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import type { McpCall } from '../context/mcp-call.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpVisibility } from './primitive-access.js';

/** Whether the caller may see a primitive. A rejection counts as no, and so does an error. */
export type VisibilityCheck = (
  context: ExecutionContext,
  call: McpCall,
) => boolean | Promise<boolean>;

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
  if (!isGuard(visibility)) return (context) => visibility(context);
  const found = await resolveGuard(visibility, source);
  return 'resolve' in found
    ? async (context, call) => ask(await found.resolve(call), context)
    : (context) => ask(found.instance, context);
}

function ask(guard: CanActivate, context: ExecutionContext): boolean | Promise<boolean> {
  const answer = guard.canActivate(context);
  return isObservable(answer) ? lastValueFrom(answer) : answer;
}

function isGuard(visibility: McpVisibility): visibility is Type<CanActivate> {
  const prototype = visibility.prototype as Partial<CanActivate> | undefined;
  return typeof prototype?.canActivate === 'function';
}

/** The instance of a guard, or how to get that of a call. */
type FoundGuard =
  | { readonly instance: CanActivate }
  | { readonly resolve: (call: McpCall) => Promise<CanActivate> };

/** A guard that a module provides is used in its own scope; any other class is instantiated here. */
async function resolveGuard(
  guard: Type<CanActivate>,
  { moduleRef, contextId, where }: GuardSource,
): Promise<FoundGuard> {
  const scope = scopeOf(guard, moduleRef);
  if (scope === Scope.DEFAULT) return { instance: moduleRef.get(guard, { strict: false }) };
  if (scope !== undefined) {
    const resolve = (call: McpCall): Promise<CanActivate> =>
      moduleRef.resolve(guard, contextId(call.request), { strict: false });
    return { resolve };
  }
  try {
    return { instance: await moduleRef.create(guard) };
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

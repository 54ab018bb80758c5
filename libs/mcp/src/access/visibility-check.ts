import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpVisibility } from './primitive-access.js';
import { askGuard, findProvidedGuard, type GuardSource } from './provided-guard.js';

/** Whether the caller may see a primitive. A rejection counts as no, and so does an error. */
export type VisibilityCheck = (context: ExecutionContext) => boolean | Promise<boolean>;

/** Creates the check of a visibility rule. Throws `McpConfigurationError` for a guard that cannot be resolved. */
export async function toCheck(
  visibility: McpVisibility,
  source: GuardSource & {
    /** `Class.method`, for errors. */
    readonly where: string;
  },
): Promise<VisibilityCheck> {
  if (!isGuard(visibility)) return visibility;
  const guard = findProvidedGuard(visibility, source) ?? (await create(visibility, source));
  return (context) => askGuard(guard, context);
}

function isGuard(visibility: McpVisibility): visibility is Type<CanActivate> {
  const prototype = visibility.prototype as Partial<CanActivate> | undefined;
  return typeof prototype?.canActivate === 'function';
}

/** An instance of a guard that no module provides. */
async function create(
  guard: Type<CanActivate>,
  { moduleRef, where }: GuardSource & { readonly where: string },
): Promise<CanActivate> {
  try {
    return await moduleRef.create(guard);
  } catch (error) {
    throw new McpConfigurationError(
      where,
      `the visibility guard ${guard.name} cannot be resolved: ${(error as Error).message}.`,
      `Provide ${guard.name} in a module, with what it needs.`,
    );
  }
}

import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import type { McpCall } from '../context/mcp-call.js';
import type { McpAuth } from '../sessions/mcp-auth.js';

/**
 * Decides which callers see a primitive: a guard class (resolved by dependency injection) or a function. It runs for
 * lists and for calls, with the execution context of a call. If it returns `false` or throws, the primitive is unknown
 * to the caller.
 */
export type McpVisibility =
  Type<CanActivate> | ((context: ExecutionContext) => boolean | Promise<boolean>);

/** The conditions for seeing and calling a primitive. */
export interface PrimitiveAccess {
  /** All of them are required. */
  readonly scopes: readonly string[];
  /** Whether the caller may see it. A rejection counts as no. Without this check everyone may. */
  readonly isVisible?: (call: McpCall) => Promise<boolean>;
  /** The rules of `isVisible`, that of the server first. */
  readonly visibilities?: readonly McpVisibility[];
}

/** An object with an access rule. */
export interface Guarded {
  readonly access: PrimitiveAccess;
}

/** A primitive that a request addresses. */
export interface Target extends Guarded {
  /** The name of a tool or prompt, the URI of a resource. */
  readonly key: string;
  /** `Class.method`, for errors and logs. */
  readonly where: string;
}

/**
 * Finds the primitives that the parameters of a request may refer to. The first one that exists for the caller counts.
 */
export type FindTargets = (
  params: Readonly<Record<string, unknown>>,
  auth: McpAuth | undefined,
) => Iterable<Target> | Promise<Iterable<Target>>;

/** The methods that address one primitive, and how to find it. */
export type TargetTable = Readonly<Record<string, FindTargets>>;

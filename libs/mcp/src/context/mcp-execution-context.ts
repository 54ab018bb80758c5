import 'reflect-metadata';
import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import { McpContext, type McpPrimitiveInfo } from './mcp-context.js';

const routeKey = 'nestjs-mcp:route';

/** Marks a controller class as one of an MCP server's own. */
export function markMcpRoute(controller: object, server: string): void {
  Reflect.defineMetadata(routeKey, server, controller);
}

/** The name of the server whose controller class this is; `undefined` for a class of the application. */
export function serverOfRoute(controller: object): string | undefined {
  return Reflect.getMetadata(routeKey, controller) as string | undefined;
}

/** Whether a global enhancer runs on a route of the MCP server itself, not around a primitive. */
export function isMcpRoute(context: ExecutionContext): boolean {
  return context.getType<string>() === 'http' && serverOfRoute(context.getClass()) !== undefined;
}

/**
 * Whether an enhancer runs around the call of a tool, resource or prompt. The type of such a context is `'http'`, as on
 * a route, so that guards which skip other types do check calls.
 */
export function isMcpCall(context: ArgumentsHost): boolean {
  return context.getArgByIndex<unknown>(4) instanceof McpContext;
}

/** The execution context of a primitive: Nest's, with the input, the primitive and the MCP context. */
export interface McpExecutionContext extends ExecutionContext {
  /** The input of the call, before it is validated. */
  getInput<T = unknown>(): T;
  /** The primitive that the call runs. */
  getPrimitive(): McpPrimitiveInfo;
  /** The `McpContext` that the handler gets. */
  getMcpContext(): McpContext;
}

/** Reads the `ExecutionContext` of a call: `McpExecutionContext.create(context).getInput()`. */
export const McpExecutionContext = {
  /** Throws `TypeError` for a context that is not that of a call; check `isMcpCall(context)` first. */
  create(context: ExecutionContext): McpExecutionContext {
    if (!isMcpCall(context)) {
      throw new TypeError(
        `McpExecutionContext.create: the context (of type '${context.getType()}') is not that of a call. Check isMcpCall(context) first.`,
      );
    }
    const mcpContext = context.getArgByIndex<McpContext>(4);
    return Object.assign(Object.create(context) as ExecutionContext, {
      getInput: <T>() => context.getArgByIndex<T>(3),
      getPrimitive: () => mcpContext.primitive,
      getMcpContext: () => mcpContext,
    });
  },
};

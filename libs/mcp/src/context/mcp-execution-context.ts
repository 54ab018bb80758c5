import 'reflect-metadata';
import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import { McpContext, type McpPrimitiveInfo } from './mcp-context.js';

const routeKey = 'nestjs-mcp:route';

/** Marks a controller class as one of a server's own. */
export function markMcpRoute(controller: object, server: string): void {
  Reflect.defineMetadata(routeKey, server, controller);
}

/** The name of the server that a controller class belongs to; `undefined`: the application's own. */
export function serverOfRoute(controller: object): string | undefined {
  return Reflect.getMetadata(routeKey, controller) as string | undefined;
}

/** Tells a global enhancer that it runs on a route of the MCP server itself, not around a primitive. */
export function isMcpRoute(context: ExecutionContext): boolean {
  return context.getType<string>() === 'http' && serverOfRoute(context.getClass()) !== undefined;
}

/**
 * Tells an enhancer that it runs around the call of a tool, resource or prompt. The type of such a context is `'http'`, as that of
 * a route is, so that enhancers which let every other type pass do not let calls pass.
 */
export function isMcpCall(context: ArgumentsHost): boolean {
  return context.getArgByIndex<unknown>(4) instanceof McpContext;
}

/** An execution context around a primitive, with what the HTTP one cannot say. */
export interface McpExecutionContext extends ExecutionContext {
  /** The input of the call, before it is validated. */
  getInput<T = unknown>(): T;
  /** Which primitive the call runs. */
  getPrimitive(): McpPrimitiveInfo;
  /** The context that the handler gets. */
  getMcpContext(): McpContext;
}

/** Reads the `ExecutionContext` of a call: `McpExecutionContext.create(context).getInput()`. */
export const McpExecutionContext = {
  /** Throws `TypeError` for the context of anything but a call: ask `isMcpCall(context)` first. */
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

import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import type { McpContext, McpPrimitiveInfo } from './mcp-context.js';

/** What `context.getType()` answers around a primitive. */
export const mcpContextType = 'mcp';

const routeKey = 'nestjs-mcp:route';

/** Marks a controller class as one of a server's own. */
export function markMcpRoute(controller: object, server: string): void {
  Reflect.defineMetadata(routeKey, server, controller);
}

/** The name of the server that a controller class belongs to; `undefined`: the application's own. */
export function serverOfRoute(controller: object): string | undefined {
  return Reflect.getMetadata(routeKey, controller) as string | undefined;
}

/** Tells a global enhancer that it runs on a route of the MCP server itself (type `'http'`), not around a primitive. */
export function isMcpRoute(context: ExecutionContext): boolean {
  return context.getType<string>() === 'http' && serverOfRoute(context.getClass()) !== undefined;
}

/** An execution context of type `'mcp'`, with what the HTTP one cannot say. */
export interface McpExecutionContext extends ExecutionContext {
  getInput<T = unknown>(): T;
  getPrimitive(): McpPrimitiveInfo;
  getMcpContext(): McpContext;
}

/** Reads an `ExecutionContext` of type `'mcp'`: `McpExecutionContext.create(context).getInput()`. */
export const McpExecutionContext = {
  create(context: ExecutionContext): McpExecutionContext {
    if (context.getType<string>() !== mcpContextType) {
      throw new TypeError(
        `McpExecutionContext.create: the context is of type '${context.getType()}'. Check context.getType() === '${mcpContextType}' first.`,
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

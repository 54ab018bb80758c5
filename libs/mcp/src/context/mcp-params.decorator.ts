import 'reflect-metadata';
import type { PipeTransform, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '../nest/metadata-keys.js';

/** Describes one named input where TypeScript's own type does not suffice. */
export interface McpParamOptions {
  /** The type that is lost at run time: `[String]`, `MyEnum`, a DTO class. */
  type?: unknown;
  title?: string;
  description?: string;
  /** Whether the input is required. Default `true`: an optional parameter (`?`) cannot be detected at run time. */
  required?: boolean;
  /** The value if the client sends none; makes the input optional. */
  default?: unknown;
  /**
   * Clients of the modern era repeat the input in the header `Mcp-Param-{header}`, so that proxies can route by it;
   * tools only.
   */
  header?: string;
  /** A Standard Schema or JSON Schema of this input; takes precedence over `type`. */
  schema?: unknown;
}

/** The metadata of a parameter of a handler: the whole input, one named input, or the context. */
export interface McpParamMetadata {
  readonly role: 'input' | 'named' | 'context';
  readonly index: number;
  readonly name?: string;
  readonly options: McpParamOptions;
  readonly pipes: readonly (Type<PipeTransform> | PipeTransform)[];
}

const metadataKey = 'nestjs-mcp:params';

/**
 * Nest's scanner makes injectables of the pipe classes under its own metadata key. Pipes are stored there too, under a
 * parameter type that no route uses.
 */
const scannedParamType = 9001;

/**
 * Injects one named input, or the whole input (`@McpParam()`). Pipes run after the input has been checked against its
 * schema.
 */
export function McpParam(...pipes: (Type<PipeTransform> | PipeTransform)[]): ParameterDecorator;
export function McpParam(
  name: string,
  ...pipes: (Type<PipeTransform> | PipeTransform)[]
): ParameterDecorator;
export function McpParam(
  name: string,
  options: McpParamOptions,
  ...pipes: (Type<PipeTransform> | PipeTransform)[]
): ParameterDecorator;
export function McpParam(...args: unknown[]): ParameterDecorator {
  const name = typeof args[0] === 'string' ? (args.shift() as string) : undefined;
  const options = isOptions(args[0]) ? (args.shift() as McpParamOptions) : {};
  const pipes = args as (Type<PipeTransform> | PipeTransform)[];
  return (target, method, index) =>
    addParam(target, method, {
      role: name === undefined ? 'input' : 'named',
      index,
      name,
      options,
      pipes,
    });
}

/** Injects the context of the call (`McpContext`), for parameters without that type. */
export function McpCtx(): ParameterDecorator {
  return (target, method, index) =>
    addParam(target, method, { role: 'context', index, options: {}, pipes: [] });
}

/** The parameters of a method with MCP metadata, inherited ones included. */
export function mcpParamsOf(host: object, method: string): readonly McpParamMetadata[] {
  return (Reflect.getMetadata(metadataKey, host, method) as McpParamMetadata[] | undefined) ?? [];
}

function addParam(
  target: object,
  method: string | symbol | undefined,
  param: McpParamMetadata,
): void {
  if (method === undefined) {
    throw new TypeError(
      '@McpParam() and @McpCtx() go on parameters of methods, not of constructors.',
    );
  }
  const host = target.constructor;
  const params =
    (Reflect.getOwnMetadata(metadataKey, host, method) as McpParamMetadata[] | undefined) ?? [];
  Reflect.defineMetadata(metadataKey, [...params, param], host, method);
  const scanned: object = Reflect.getOwnMetadata(ROUTE_ARGS_METADATA, host, method) ?? {};
  Reflect.defineMetadata(
    ROUTE_ARGS_METADATA,
    {
      ...scanned,
      [`${scannedParamType}:${param.index}`]: { index: param.index, pipes: param.pipes },
    },
    host,
    method,
  );
}

function isOptions(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<PipeTransform>).transform !== 'function'
  );
}

/** Whether an entry under Nest's own key comes from `@McpParam`, not from a route's decorator. */
export function isScannedParam(routeArgsKey: string): boolean {
  return routeArgsKey.startsWith(`${scannedParamType}:`);
}

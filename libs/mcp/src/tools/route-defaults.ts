import { RequestMethod } from '@nestjs/common';
import type { McpToolAnnotations, McpToolOptions } from './mcp-tool.decorator.js';
import { METHOD_METADATA } from '../nest/metadata-keys.js';

/** The HTTP method of a route, as declared by `@Get()` and the like. */
export type McpRouteVerb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'ALL';

/** The semantics of each HTTP method (RFC 9110, 9.2), as hints for the client. */
const hints: Readonly<Partial<Record<McpRouteVerb, McpToolAnnotations>>> = {
  GET: { readOnlyHint: true },
  HEAD: { readOnlyHint: true },
  PUT: { idempotentHint: true },
  DELETE: { destructiveHint: true, idempotentHint: true },
};

/** The HTTP method of a controller method; `undefined` if it is no route. */
export function verbOf(callback: object): McpRouteVerb | undefined {
  const method = Reflect.getMetadata(METHOD_METADATA, callback) as RequestMethod | undefined;
  return method === undefined ? undefined : (RequestMethod[method] as McpRouteVerb);
}

/**
 * Completes the options of a tool from its route: annotations by HTTP method, and as a last resort method and path as
 * the description.
 */
export function withRouteDefaults(
  options: McpToolOptions,
  callback: object,
  path: string | undefined,
): McpToolOptions {
  const verb = verbOf(callback);
  if (verb === undefined) return options;
  const { annotations, description } = options;
  // A declared `readOnlyHint: true` must not be contradicted.
  const implied = annotations?.readOnlyHint === true ? undefined : hints[verb];
  return {
    ...options,
    ...((implied ?? annotations) && { annotations: { ...implied, ...annotations } }),
    ...(description === undefined && path !== undefined && { description: `${verb} ${path}` }),
  };
}

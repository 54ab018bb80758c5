import { RequestMethod } from '@nestjs/common';
import type { McpToolAnnotations, McpToolOptions } from './mcp-tool.decorator.js';
import { METHOD_METADATA } from '../nest/metadata-keys.js';

/** The verb of a route, as `@Get()` and the like declare it. */
export type McpRouteVerb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'ALL';

/** What HTTP promises of a verb (RFC 9110, 9.2), as hints for the client. */
const hints: Readonly<Partial<Record<McpRouteVerb, McpToolAnnotations>>> = {
  GET: { readOnlyHint: true },
  HEAD: { readOnlyHint: true },
  PUT: { idempotentHint: true },
  DELETE: { destructiveHint: true, idempotentHint: true },
};

/** The verb of a method; `undefined`: it is no route. */
export function verbOf(callback: object): McpRouteVerb | undefined {
  const method = Reflect.getMetadata(METHOD_METADATA, callback) as RequestMethod | undefined;
  return method === undefined ? undefined : (RequestMethod[method] as McpRouteVerb);
}

/** The options of a tool with what its route says where they are silent: annotations by verb, at last verb and path for a description. */
export function withRouteDefaults(
  options: McpToolOptions,
  callback: object,
  path: string | undefined,
): McpToolOptions {
  const verb = verbOf(callback);
  if (verb === undefined) return options;
  const { annotations, description } = options;
  // Who declares that a tool only reads must not be contradicted.
  const implied = annotations?.readOnlyHint === true ? undefined : hints[verb];
  return {
    ...options,
    ...((implied ?? annotations) && { annotations: { ...implied, ...annotations } }),
    ...(description === undefined && path !== undefined && { description: `${verb} ${path}` }),
  };
}

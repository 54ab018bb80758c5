import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { METHOD_METADATA } from '../nest/metadata-keys.js';

/**
 * A part of Nest that stores its parameters under the same metadata key as routes, with numbers of a different meaning.
 */
interface ForeignHandlers {
  readonly source: string;
  /** Metadata keys that its decorators set on a method. */
  readonly marks: readonly string[];
  /** Its parameters that a call cannot fill, by number. */
  readonly parameters: Readonly<Record<number, string>>;
}

const foreign: readonly ForeignHandlers[] = [
  {
    source: 'GraphQL',
    marks: ['graphql:resolver_type', 'graphql:resolve_property', 'graphql:resolve_reference'],
    parameters: { 0: '@Root()', 1: '@Context()', 2: '@Info()' },
  },
  {
    source: 'a microservice',
    marks: ['microservices:pattern'],
    parameters: { 6: '@Ctx()', 9: '@GrpcCall()' },
  },
  {
    source: 'a WebSocket gateway',
    marks: ['websockets:message_mapping'],
    parameters: { 0: '@ConnectedSocket()', 13: '@Ack()' },
  },
];

/**
 * Refuses a parameter that only GraphQL, a microservice or a WebSocket gateway can fill. A method that is also a route
 * is treated as a route. Throws `McpConfigurationError`.
 */
export function refuseForeignParameter(
  type: number,
  { host, name, where }: { host: Type; name: string; where: string },
): void {
  const method = (host.prototype as Record<string, object>)[name] as object;
  if (Reflect.hasMetadata(METHOD_METADATA, method)) return;
  for (const { source, marks, parameters } of foreign) {
    const decorator = parameters[type];
    if (decorator === undefined || !marks.some((mark) => Reflect.hasMetadata(mark, method))) {
      continue;
    }
    throw new McpConfigurationError(
      where,
      `${decorator} is filled by ${source} only, never by an MCP call.`,
      'Make a tool of a service method that takes @McpCtx() instead, and call it from here.',
    );
  }
}

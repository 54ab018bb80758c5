import type { ModulesContainer } from '@nestjs/core';
import { findShapes } from '../discovery/server-shape.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpServerRef } from './mcp-server-ref.js';

/**
 * The value that `@InjectMcpServer()` without a name injects: the only server. With several servers, every use of the
 * value throws `McpConfigurationError`.
 */
export function chooseOnlyServer(server: McpServerRef, modules: ModulesContainer): McpServerRef {
  const names = findShapes(modules).map(({ name }) => name);
  if (names.length === 1) return server;
  const ambiguous = (): never => {
    throw new McpConfigurationError(
      '@InjectMcpServer()',
      `there are several servers: ${names.join(', ')}.`,
      `Name one: @InjectMcpServer('${names[0]}').`,
    );
  };
  return Object.defineProperties({} as McpServerRef, {
    name: { get: ambiguous },
    tools: { get: ambiguous },
    resources: { get: ambiguous },
    prompts: { get: ambiguous },
    sessions: { get: ambiguous },
    check: { get: ambiguous },
  });
}

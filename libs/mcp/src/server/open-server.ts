import type { ApplicationConfig } from '@nestjs/core';
import type { McpModuleOptions } from '../mcp.options.js';

/** Whether a server has neither a verifier nor a guard. */
export function isOpenToAnyone(
  { auth, guards = [] }: Pick<McpModuleOptions, 'auth' | 'guards'>,
  config: ApplicationConfig,
): boolean {
  const global = [...config.getGlobalGuards(), ...config.getGlobalRequestGuards()];
  return !auth?.verifier && guards.length === 0 && global.length === 0;
}

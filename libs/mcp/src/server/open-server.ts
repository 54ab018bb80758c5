import type { Type } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import type { McpModuleOptions } from '../mcp.options.js';

/**
 * Whether a server has neither a verifier nor a guard that may authenticate callers. A guard of `@nestjs/throttler`
 * only counts requests.
 */
export function isOpenToAnyone(
  { auth, guards = [] }: Pick<McpModuleOptions, 'auth' | 'guards'>,
  config: ApplicationConfig,
): boolean {
  if (auth?.verifier) return false;
  const globals = [
    ...config.getGlobalGuards().map((guard) => guard?.constructor),
    ...config.getGlobalRequestGuards().map(({ metatype }) => metatype),
  ];
  return [...guards, ...globals].every((type) => isThrottler(type as Type | undefined));
}

/** By name, because the package of the application need not be installed here. */
function isThrottler(type: Type | undefined): boolean {
  let one: unknown = type;
  while (typeof one === 'function') {
    if (one.name === 'ThrottlerGuard') return true;
    one = Object.getPrototypeOf(one);
  }
  return false;
}

import { inspect } from 'node:util';
import type { McpEra } from '../protocol/era.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { isInRange } from '../errors/number-check.js';

/**
 * How long a client of the modern era may cache a result, and for which callers (specification,
 * server/utilities/caching).
 */
export interface McpCacheHint {
  /** Time in ms; 0 means no caching. */
  ttl: number;
  /** `'public'`: may be shared between callers, even authenticated ones. Default `'private'`. */
  scope?: 'public' | 'private';
}

/** The hint of a list: the shortest time and the narrowest scope of its items; none if one of them has no hint. */
export function cacheFields(
  era: McpEra,
  items: readonly { readonly cache?: McpCacheHint }[],
): { ttlMs?: number; cacheScope?: string } {
  if (era === 'legacy' || items.length === 0) return {};
  const hints = items.map(({ cache }) => cache);
  if (hints.includes(undefined)) return {};
  const given = hints as McpCacheHint[];
  return {
    ttlMs: Math.min(...given.map(({ ttl }) => ttl)),
    cacheScope: given.every(({ scope }) => scope === 'public') ? 'public' : 'private',
  };
}

type Personal = { scopes?: readonly unknown[]; visibility?: unknown } | undefined;

/** Whether the result depends on the caller, according to the declarations of a primitive, its class and the module. */
export function dependsOnCaller(...declared: readonly (object | undefined)[]): boolean {
  return (declared as readonly Personal[]).some(
    (one) => one?.visibility !== undefined || (one?.scopes?.length ?? 0) > 0,
  );
}

/**
 * Throws `McpConfigurationError` for an invalid number of ms, or a hint that would show one caller's view to another.
 */
export function checkCacheHint(
  where: string,
  hint: McpCacheHint | undefined,
  isPersonal: boolean,
): void {
  if (!hint) return;
  if (!isInRange(hint.ttl, { least: 0 })) {
    throw new McpConfigurationError(
      where,
      `cache.ttl is ${inspect(hint.ttl)}.`,
      'Give whole milliseconds, 0 or more.',
    );
  }
  if (hint.scope === 'public' && isPersonal) {
    throw new McpConfigurationError(
      where,
      "cache.scope is 'public', but what a caller sees depends on who it is (scopes, visibility).",
      "Make it 'private', or show it to everyone.",
    );
  }
}

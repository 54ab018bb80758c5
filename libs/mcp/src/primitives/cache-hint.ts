import type { McpEra } from '../protocol/era.js';
import { McpConfigurationError } from '../errors/configuration.error.js';

/** For how long, and for whom, a client of the modern era may keep a result (specification, server/utilities/caching). */
export interface McpCacheHint {
  /** ms; 0: not at all. */
  ttl: number;
  /** `'public'`: may be shared between callers, even where they are authenticated. Default `'private'`. */
  scope?: 'public' | 'private';
}

/** The hint of a list: as short and as narrow as the narrowest of its items says; nothing where one of them says nothing. */
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

/** Whether who asks decides what is seen: read from whatever a primitive, its class and the module were declared with. */
export function dependsOnCaller(...declared: readonly (object | undefined)[]): boolean {
  return (declared as readonly Personal[]).some(
    (one) => one?.visibility !== undefined || (one?.scopes?.length ?? 0) > 0,
  );
}

/** Throws `McpConfigurationError` for a hint that is no number of ms, or that would show one caller's view to another. */
export function checkCacheHint(
  where: string,
  hint: McpCacheHint | undefined,
  isPersonal: boolean,
): void {
  if (!hint) return;
  if (!Number.isInteger(hint.ttl) || hint.ttl < 0) {
    throw new McpConfigurationError(
      where,
      `cache.ttl is ${String(hint.ttl)}.`,
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

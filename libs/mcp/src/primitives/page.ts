import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { MethodTable } from './method-table.js';
import type { Seal } from './seal.js';

/** Settings for pagination. */
export interface PageSettings {
  /** Items on a page; `undefined` means a single page. */
  readonly size: number | undefined;
  readonly seal: Seal;
}

/** The longest accepted cursor, in characters: longer than that of the longest name. */
const MAX_CURSOR = 65_536;

type Item = { uri?: string; uriTemplate?: string; name: string };

/**
 * Paginates the results of all `…/list` methods, and of `resources/directory/read`. A cursor contains the last item
 * that the client has seen, so that added and removed items neither repeat nor hide another item.
 */
export function withPages(methods: MethodTable, { size, seal }: PageSettings): MethodTable {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => {
      if (!isPaged(name)) return [name, method];
      return [
        name,
        async (params, call) => {
          // A cursor of one directory is invalid in another.
          const list = isList(name) ? name : `${name} ${String(params.uri)}`;
          const after = readCursor(list, params.cursor, seal);
          const result = (await method(params, call)) as Record<string, unknown>;
          if (size === undefined) return result;
          const [key, items] = listOf(result);
          const start = after === undefined ? 0 : firstAfter(items, after);
          const page = items.slice(start, start + size);
          const last = page.at(-1);
          const isLast = last === undefined || start + size >= items.length;
          return {
            ...result,
            [key]: page,
            ...(!isLast && { nextCursor: seal.close(`cursor ${list}`, idOf(last)) }),
          };
        },
      ];
    }),
  );
}

function isList(method: string): boolean {
  return method.endsWith('/list');
}

function isPaged(method: string): boolean {
  return isList(method) || method === 'resources/directory/read';
}

function readCursor(list: string, cursor: unknown, seal: Seal): string | undefined {
  if (cursor === undefined) return undefined;
  const isShort = typeof cursor === 'string' && cursor.length <= MAX_CURSOR;
  const after = isShort ? seal.open(`cursor ${list}`, cursor) : undefined;
  if (typeof after === 'string') return after;
  throw new ProtocolError(ErrorCode.invalidParams, 'Invalid cursor');
}

/** The index of the first item after an id, by binary search: the items are sorted by id. */
function firstAfter(items: readonly Item[], after: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (idOf(items[middle] as Item) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function listOf(result: Record<string, unknown>): [string, Item[]] {
  const found = Object.entries(result).find(([, value]) => Array.isArray(value));
  return found as [string, Item[]];
}

/** The sort key of an item: its name, or its URI (whose scheme is case-insensitive). */
function idOf({ uri, uriTemplate, name }: Item): string {
  return (uri ?? uriTemplate)?.replace(/^[^:]*:/, (scheme) => scheme.toLowerCase()) ?? name;
}

import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { isKept } from '../protocol/kept-json.js';
import { KeptPages, type Page } from './kept-pages.js';
import type { McpMethod, MethodTable } from './method-table.js';
import type { Seal } from './seal.js';

/** Settings for pagination. */
export interface PageSettings {
  /** Items on a page; `undefined` means a single page. */
  readonly size: number | undefined;
  readonly seal: Seal;
  /** The name of the server: its cursors are invalid at every other server with the same secret. */
  readonly server: string;
}

/** The longest accepted cursor, in characters: longer than that of the longest name. */
const MAX_CURSOR = 65_536;

type Item = { uri?: string; uriTemplate?: string; name: string };

/**
 * Paginates the results of all `…/list` methods, and of `resources/directory/read`. A cursor contains the last item
 * that the client has seen, so that added and removed items neither repeat nor hide another item.
 */
export function withPages(methods: MethodTable, settings: PageSettings): MethodTable {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      isPaged(name) ? paged(name, method, settings) : method,
    ]),
  );
}

function paged(name: string, method: McpMethod, { size, seal, server }: PageSettings): McpMethod {
  let kept: KeptPages<Item> | undefined;
  const own = `cursor ${JSON.stringify([server, name])}`;
  return async (params, call) => {
    const { cursor } = params;
    // A cursor of one directory is invalid in another.
    const list = isList(name) ? own : `${own} ${String(params.uri)}`;
    const pages = kept;
    const start = pages?.startOf(cursor);
    // A cursor that a page here has needs no other proof. Any other is checked before the list is made.
    const after = start === undefined ? readCursor(list, cursor, seal) : undefined;
    const result = (await method(params, call)) as Record<string, unknown>;
    if (size === undefined) return result;
    const [key, items] = listOf(result);
    const make = (from: number): Page<Item> => pageOf(items, from, size, list, seal);
    if (start !== undefined && items === pages?.items)
      return toResult(result, key, pages.at(start));
    const last = start === undefined ? after : readCursor(list, cursor, seal);
    const from = last === undefined ? 0 : firstAfter(items, last);
    if (!isKept(items)) return toResult(result, key, make(from));
    if (kept?.items !== items) kept = new KeptPages(items, size, make);
    return toResult(result, key, kept.at(from));
  };
}

function pageOf(
  items: readonly Item[],
  start: number,
  size: number,
  list: string,
  seal: Seal,
): Page<Item> {
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const isLast = last === undefined || start + size >= items.length;
  return { items: page, nextCursor: isLast ? undefined : seal.close(list, idOf(last)) };
}

function toResult(result: object, key: string, { items, nextCursor }: Page<Item>): object {
  return { ...result, [key]: items, ...(nextCursor !== undefined && { nextCursor }) };
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
  const after = isShort ? seal.open(list, cursor) : undefined;
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

function listOf(result: Record<string, unknown>): [string, readonly Item[]] {
  const found = Object.entries(result).find(([, value]) => Array.isArray(value));
  return found as [string, readonly Item[]];
}

/** The sort key of an item: its name, or its URI (whose scheme is case-insensitive). */
function idOf({ uri, uriTemplate, name }: Item): string {
  return (uri ?? uriTemplate)?.replace(/^[^:]*:/, (scheme) => scheme.toLowerCase()) ?? name;
}

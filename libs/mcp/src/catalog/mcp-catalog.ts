/** A definition as clients see it, with its scopes if they are known. */
export interface CatalogEntry {
  readonly [field: string]: unknown;
  readonly scopes?: readonly string[];
}

/**
 * Everything that one caller can see of a server, in a stable form: definitions are sorted by name or URI, keys are
 * sorted, and nothing in it changes from run to run. Use it for snapshots and for comparisons in continuous
 * integration.
 */
export interface McpCatalog {
  readonly server: { readonly name: string; readonly version?: string };
  readonly instructions?: string;
  readonly tools: readonly CatalogEntry[];
  readonly resources: readonly CatalogEntry[];
  readonly resourceTemplates: readonly CatalogEntry[];
  readonly prompts: readonly CatalogEntry[];
}

/** The lists of a catalog, with the field that identifies an entry of each. */
export const catalogLists = {
  tools: 'name',
  resources: 'uri',
  resourceTemplates: 'uriTemplate',
  prompts: 'name',
} as const;

/** One of the lists of a catalog. */
export type CatalogList = keyof typeof catalogLists;

/** Converts lists of a server to the stable form of a catalog. */
export function toCatalog(parts: McpCatalog): McpCatalog {
  const lists = Object.entries(catalogLists).map(([list, key]) => [
    list,
    parts[list as CatalogList].toSorted((one, other) =>
      compareText(String(one[key]), String(other[key])),
    ),
  ]);
  return sortKeys({ ...parts, ...Object.fromEntries(lists) }) as McpCatalog;
}

/** Sorts the keys of objects. Arrays keep their order, which matters in `anyOf`, `prefixItems` and examples. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([one], [other]) => compareText(one, other))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

/** Compares code units, so that the order does not depend on the locale. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

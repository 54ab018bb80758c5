/** Joins path fragments into a route, without a slash at either end: `('admin', '/mcp/')` → `'admin/mcp'`. */
export function joinPath(...fragments: readonly string[]): string {
  return fragments
    .flatMap((fragment) => fragment.split('/'))
    .filter((segment) => segment !== '')
    .join('/');
}

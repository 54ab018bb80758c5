/** The verbs and the paths of a transport, as the boot log shows them and the check for taken routes compares them. */
export interface Route {
  readonly verb: string;
  readonly path: string;
}

/** Joins path fragments into a route, without a slash at either end: `('admin', '/mcp/')` → `'admin/mcp'`. */
export function joinPath(...fragments: readonly string[]): string {
  return fragments
    .flatMap((fragment) => fragment.split('/'))
    .filter((segment) => segment !== '')
    .join('/');
}

/** The routes of these verbs on one path under a prefix. */
export function toRoutes(verbs: readonly string[], prefix: string, path: string): Route[] {
  return verbs.map((verb) => ({ verb, path: `/${joinPath(prefix, path)}` }));
}

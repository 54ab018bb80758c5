import { signal } from '@preact/signals';

/** The current view: its kind, and the name or URI of a primitive. */
export interface Route {
  readonly view: string;
  readonly name: string;
}

/** The route in the address bar: `#/tools/query_product`. */
export const route = signal(parse(location.hash));

addEventListener('hashchange', () => {
  route.value = parse(location.hash);
});

/** The URL of a view within the page. */
export function linkTo(view: string, name = ''): string {
  return name === '' ? `#/${view}` : `#/${view}/${encodeURIComponent(name)}`;
}

/** Opens a view. */
export function goTo(view: string, name = ''): void {
  location.hash = linkTo(view, name);
}

function parse(hash: string): Route {
  const [, view = '', name = ''] = /^#\/([^/]*)(?:\/(.*))?$/.exec(hash) ?? [];
  return { view, name: decode(name) };
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

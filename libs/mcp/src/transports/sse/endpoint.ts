import { joinPath } from '../http/mount.js';

/**
 * The path that the `endpoint` event names: the client's own URL of the stream, with `messagesPath` in the place
 * of `path`, so that global prefixes, versions and mount points stay as the client knows them.
 */
export function toEndpoint(
  url: string,
  { path, messagesPath }: { readonly path: string; readonly messagesPath: string },
  publicPath: string,
): string {
  const pathname = url.startsWith('/') ? url.replace(/[?#].*$/s, '') : new URL(url).pathname;
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const own = joinPath(path)
    .split('/')
    .filter((segment) => segment !== '');
  segments.length = Math.max(0, segments.length - own.length);
  return `${publicPath}/${joinPath(...segments, messagesPath)}`;
}

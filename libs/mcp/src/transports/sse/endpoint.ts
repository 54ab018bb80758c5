import { splitPath } from '../../platform/route-pattern.js';
import { joinPath } from '../http/mount.js';

/** Where the stream and the messages of one server lie. */
export interface SsePaths {
  readonly path: string;
  readonly messagesPath: string;
  /** The full paths of the stream and of the messages, one pair for each version. Empty: not known. */
  readonly served?: readonly (readonly [stream: string, messages: string])[];
}

/**
 * The path that the `endpoint` event names: the client's own URL of the stream, with the route of the messages in the place of
 * that of the stream, so that mount points and the values of parameters stay as the client knows them. The two routes may
 * differ in more than their last part: an application can exclude one of them from its global prefix.
 */
export function toEndpoint(url: string, paths: SsePaths, publicPath: string): string {
  const pathname = url.startsWith('/') ? url.replace(/[?#].*$/s, '') : new URL(url).pathname;
  const asked = splitPath(pathname);
  for (const [stream, messages] of paths.served ?? []) {
    const values = parametersOf(splitPath(stream), asked);
    if (!values) continue;
    const mount = asked.slice(0, asked.length - splitPath(stream).length);
    const own = splitPath(messages).map((segment) => values.get(segment) ?? segment);
    return `${publicPath}/${joinPath(...mount, ...own)}`;
  }
  const segments = asked.slice(0, Math.max(0, asked.length - splitPath(paths.path).length));
  return `${publicPath}/${joinPath(...segments, paths.messagesPath)}`;
}

/** What stands for the parameters of a route at the end of a path; `undefined`: the path is not the route's. */
function parametersOf(
  route: readonly string[],
  asked: readonly string[],
): Map<string, string> | undefined {
  if (route.length > asked.length) return undefined;
  const values = new Map<string, string>();
  for (const [index, segment] of route.entries()) {
    const given = asked[asked.length - route.length + index] ?? '';
    if (segment.startsWith(':')) values.set(segment, given);
    else if (segment.toLowerCase() !== given.toLowerCase()) return undefined;
  }
  return values;
}

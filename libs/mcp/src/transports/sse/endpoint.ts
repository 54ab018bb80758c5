import { splitPath } from '../../platform/route-pattern.js';
import { joinPath } from '../http/mount.js';

/** The paths of the stream and of the messages of one server. */
export interface SsePaths {
  readonly path: string;
  readonly messagesPath: string;
  /** The full paths of the stream and of the messages, one pair for each version. Empty if they are not known. */
  readonly served?: readonly (readonly [stream: string, messages: string])[];
}

/**
 * The path that the `endpoint` event names: the client's own URL of the stream, with the messages' route in place of
 * the stream's, so that mount points and parameter values are kept. The two routes may differ in more than their last
 * part: an application can exclude one of them from its global prefix.
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

/**
 * The part of a path that stands for the parameters of a route at its end; `undefined` if the path does not match the
 * route.
 */
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

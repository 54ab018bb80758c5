import type { Target } from '../access/primitive-access.js';
import type { MethodSet } from '../primitives/method-table.js';
import type { McpObserveOptions } from '../primitives/observe-options.js';

/** The primitive of a request, for the log and the observers. */
export interface FoundTarget extends Pick<Target, 'key' | 'where'> {
  readonly observe?: McpObserveOptions;
}

/** Finds the primitive of a request, without a check of visibility; `undefined` if there is none. */
export type FindTarget = (
  method: string,
  params: Readonly<Record<string, unknown>>,
) => FoundTarget | undefined;

/** Creates a finder for the primitives of these kinds. If several kinds have a method, the last one counts. */
export function createTargetFinder(kinds: readonly Pick<MethodSet, 'targets'>[]): FindTarget {
  const targets = Object.assign({}, ...kinds.map((kind) => kind.targets)) as MethodSet['targets'];
  return (method, params) => {
    if (!Object.hasOwn(targets, method)) return undefined;
    const found = targets[method]?.(params, undefined);
    if (!found || found instanceof Promise) return undefined;
    const [first] = found;
    return first;
  };
}

import type { Target } from '../access/primitive-access.js';
import type { MethodSet } from '../primitives/method-table.js';
import type { McpObserveOptions } from '../primitives/observe-options.js';

/** The primitive that a request is for, as the log and the observers need it. */
export interface FoundTarget extends Pick<Target, 'key' | 'where'> {
  readonly observe?: McpObserveOptions;
}

/** Finds the primitive that a request is for; `undefined`: there is none. Does not ask who may see it. */
export type FindTarget = (
  method: string,
  params: Readonly<Record<string, unknown>>,
) => FoundTarget | undefined;

/** Looks among the primitives of these kinds; of several kinds that know a method, the last one counts. */
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

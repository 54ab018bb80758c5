import type { Preflight, PreflightRefusal } from '../transports/mcp.transport.js';
import { InsufficientScopeError, type AccessGate } from './access-gate.js';
import { createProbe } from './access-probe.js';
import type { FindTargets, Guarded, Target, TargetTable } from './primitive-access.js';

/** The server's parts that the check before dispatch needs. */
export interface PreflightSettings {
  readonly gate: AccessGate;
  /** All sets of methods. Several may have the same method, each for its own primitives. */
  readonly sets: readonly { readonly targets: TargetTable }[];
  /** The `WWW-Authenticate` value for a caller without these scopes; `known`: the caller is authenticated. */
  readonly challenge: (request: object, scopes: readonly string[], known: boolean) => string;
}

type Asking = Parameters<Preflight>[1];

/**
 * Creates the check of an HTTP request before dispatch, while the status can still be chosen: missing scopes are
 * answered with a challenge, not a result.
 */
export function createPreflight({ gate, sets, challenge }: PreflightSettings): Preflight {
  const finders = new Map<string, FindTargets[]>();
  for (const [method, find] of sets.flatMap(({ targets }) => Object.entries(targets))) {
    finders.set(method, [...(finders.get(method) ?? []), find]);
  }
  /** Checks one primitive after the other. One that does not exist for the caller is left to the method to answer. */
  const admitAll = async (groups: readonly Guarded[][], asking: Asking): Promise<void> => {
    const probe = createProbe(asking);
    for (const candidates of groups) {
      if (candidates.length > 0 && !(await gate.admit(candidates, probe))) return;
    }
  };
  const check = (
    groups: readonly Guarded[][],
    asking: Asking,
  ): Promise<PreflightRefusal | undefined> | undefined => {
    const isSatisfied = groups.every((candidates) =>
      candidates.every(({ access }) => gate.isSatisfied(access, asking.auth)),
    );
    if (isSatisfied) return undefined;
    return admitAll(groups, asking).then(
      () => undefined,
      (error: unknown): PreflightRefusal => {
        if (!(error instanceof InsufficientScopeError)) throw error;
        return {
          status: error.status,
          code: error.code,
          message: error.message,
          challenge: challenge(asking.request, error.scopes, error.status === 403),
        };
      },
    );
  };
  return (message, asking) => {
    const { method, params = {} } = message as {
      method: string;
      params?: Record<string, unknown>;
    };
    const found = (finders.get(method) ?? []).map((find) => find(params, asking.auth));
    if (found.length === 0) return undefined;
    if (found.some(isPromise)) {
      const all = Promise.all(found.map(async (one) => toGroup(await one)));
      return all.then((groups) => check(groups, asking));
    }
    return check((found as Iterable<Guarded>[]).map(toGroup), asking);
  };
}

function toGroup(found: Iterable<Guarded>): Guarded[] {
  return [...found];
}

function isPromise(found: ReturnType<FindTargets>): found is Promise<Iterable<Target>> {
  return found instanceof Promise;
}

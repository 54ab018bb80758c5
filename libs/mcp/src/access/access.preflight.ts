import type { Preflight, PreflightRefusal } from '../transports/mcp.transport.js';
import { InsufficientScopeError, type AccessGate } from './access.gate.js';
import { createProbe } from './access.probe.js';
import type { TargetTable } from './primitive.access.js';

/** What the check before dispatch needs of the server. */
export interface PreflightSettings {
  readonly gate: AccessGate;
  readonly kinds: readonly { readonly targets: TargetTable }[];
  /** The `WWW-Authenticate` value for a caller that lacks these scopes; `known`: the caller is authenticated. */
  readonly challenge: (request: object, scopes: readonly string[], known: boolean) => string;
}

/** Refuses a message over HTTP while its status can still say why: missing scopes are a challenge, not a result. */
export function createPreflight({ gate, kinds, challenge }: PreflightSettings): Preflight {
  // A method is that of one kind.
  const targetsOf = new Map(kinds.flatMap(({ targets }) => Object.entries(targets)));
  return (message, asking) => {
    const { method, params } = message as { method: string; params?: Record<string, unknown> };
    const candidates = [...(targetsOf.get(method)?.(params ?? {}) ?? [])];
    if (candidates.every(({ access }) => gate.isSatisfied(access, asking.auth))) return undefined;
    return gate.admit(candidates, createProbe(asking)).then(
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
}

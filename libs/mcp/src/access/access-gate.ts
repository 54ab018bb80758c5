import type { McpCall } from '../context/mcp-call.js';
import { ProtocolError } from '../errors/protocol.error.js';
import { everyScope, type McpAuth } from '../sessions/mcp-auth.js';
import type { Guarded, PrimitiveAccess } from './primitive-access.js';
import { brand } from '../errors/package-brand.js';

/** How scopes are compared, and whether missing scopes hide a primitive. */
export interface GateRules {
  /** Default: an exact match. */
  readonly scopeSatisfies?: (required: string, granted: readonly string[]) => boolean;
  /** Whether lists also show primitives whose scopes the caller lacks. Default `false`. */
  readonly listUnscoped?: boolean;
}

/** The caller lacks scopes. Over Streamable HTTP this is a 401 or 403 with a challenge, elsewhere a JSON-RPC error. */
export class InsufficientScopeError extends ProtocolError {
  static {
    brand(this, 'InsufficientScopeError');
  }

  /** `scopes`: all scopes of the operation, so that the client can request them at once. */
  constructor(
    readonly scopes: readonly string[],
    /** 401 for anonymous callers, 403 for authenticated callers without the scope. */
    readonly status: 401 | 403,
  ) {
    const scope = scopes.join(' ');
    super(status, `insufficient_scope: this needs ${scope}`, {
      error: 'insufficient_scope',
      scope,
    });
  }
}

/** Decides which callers see and may call the primitives of one server: visibility first, then scopes. */
export class AccessGate {
  /** Whether a caller has all of the scopes. */
  readonly holds = (auth: McpAuth | undefined, scopes: readonly string[]): boolean =>
    this.isSatisfied({ scopes }, auth);

  /**
   * The indices of the primitives with a rule, by list. A list is never changed: adding a primitive creates a new one.
   */
  private readonly ruled = new WeakMap<readonly Guarded[], readonly number[]>();

  constructor(private readonly rules: GateRules = {}) {}

  /** The primitives that the caller may see, in order. The list must never change. */
  async listed<P extends Guarded>(primitives: readonly P[], call: McpCall): Promise<readonly P[]> {
    const ruled = this.ruledOf(primitives);
    if (ruled.length === 0) return primitives;
    // Only primitives with a rule, and whose scopes the caller has, are asked: promises for all of a long list would cost
    // more than writing it.
    const asked = ruled.filter((i) => this.hasListedScopes((primitives[i] as P).access, call));
    const visible = await Promise.all(
      asked.map((i) => isVisible((primitives[i] as P).access, call)),
    );
    let [nextRuled, nextAsked] = [0, 0];
    return primitives.filter((_primitive, i) => {
      if (i !== ruled[nextRuled]) return true;
      nextRuled++;
      return i === asked[nextAsked] && visible[nextAsked++] === true;
    });
  }

  /**
   * The first candidate that exists for this caller; `undefined` if there is none, which must be answered like an
   * unknown one. Throws `InsufficientScopeError`.
   */
  async admit<C extends Guarded>(candidates: Iterable<C>, call: McpCall): Promise<C | undefined> {
    for (const candidate of candidates) {
      const { access } = candidate;
      if (!isOpen(access)) {
        if (!(await isVisible(access, call))) continue;
        if (!this.isSatisfied(access, call.auth)) {
          throw new InsufficientScopeError(access.scopes, call.auth ? 403 : 401);
        }
      }
      return candidate;
    }
    return undefined;
  }

  /** Whether the caller has all required scopes. */
  isSatisfied({ scopes }: PrimitiveAccess, auth: McpAuth | undefined): boolean {
    if (scopes.length === 0) return true;
    const granted = auth?.scopes ?? [];
    if (granted.includes(everyScope)) return true;
    const { scopeSatisfies } = this.rules;
    return scopes.every((scope) =>
      scopeSatisfies ? scopeSatisfies(scope, granted) : granted.includes(scope),
    );
  }

  private ruledOf(primitives: readonly Guarded[]): readonly number[] {
    const known = this.ruled.get(primitives);
    if (known) return known;
    const ruled = [...primitives.keys()].filter((i) => !isOpen((primitives[i] as Guarded).access));
    this.ruled.set(primitives, ruled);
    return ruled;
  }

  private hasListedScopes(access: PrimitiveAccess, { auth }: McpCall): boolean {
    return this.rules.listUnscoped === true || this.isSatisfied(access, auth);
  }
}

function isOpen({ scopes, isVisible: check }: PrimitiveAccess): boolean {
  return scopes.length === 0 && check === undefined;
}

async function isVisible(access: PrimitiveAccess, call: McpCall): Promise<boolean> {
  try {
    return access.isVisible === undefined || (await access.isVisible(call));
  } catch {
    return false;
  }
}

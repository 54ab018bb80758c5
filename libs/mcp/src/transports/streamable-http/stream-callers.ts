import { everyScope, type McpAuth } from '../../sessions/mcp-auth.js';
import type { TransportHost } from '../mcp.transport.js';

type Scopes = readonly string[];

/** Changes of scopes that one session remembers at most; what came before them can no longer be taken up. */
const MOST_CHANGES = 100;

/**
 * Remembers the scopes of the callers who opened the streams of one session: streams are taken up only by who holds them all.
 * A session whose callers all have the same scopes costs one entry, however many streams it opens.
 */
export class StreamCallers {
  /** In the order of the streams; each holds until the next. */
  private readonly changes: { readonly from: number; readonly scopes: Scopes | undefined }[] = [];

  constructor(private readonly holds: TransportHost['holds']) {}

  /** Whether a caller may do all that another caller of the same session may do, whose scopes these are. */
  covers(auth: McpAuth | undefined, scopes: Scopes): boolean {
    const held = auth?.scopes ?? [];
    if (isSame(held, scopes)) return true;
    if (scopes.includes(everyScope)) return held.includes(everyScope);
    return this.holds(auth, scopes);
  }

  /** A stream was opened; `undefined`: it cannot be resumed by its ordinal. */
  opened(ordinal: number, scopes: Scopes | undefined): void {
    if (this.changes.length > 0 && isSame(this.changes.at(-1)?.scopes, scopes)) return;
    this.changes.push({ from: ordinal, scopes });
    if (this.changes.length > MOST_CHANGES) this.changes.shift();
  }

  /** Whether this caller may take up that stream. */
  mayResume(ordinal: number, auth: McpAuth | undefined): boolean {
    const scopes = this.changes.findLast(({ from }) => from <= ordinal)?.scopes;
    return scopes !== undefined && this.covers(auth, scopes);
  }
}

function isSame(one: Scopes | undefined, other: Scopes | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((scope) => other.includes(scope));
}

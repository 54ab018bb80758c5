import { everyScope, type McpAuth } from '../../sessions/mcp-auth.js';
import type { TransportHost } from '../mcp.transport.js';

type Scopes = readonly string[];

/** The most changes of scopes that are recorded for one session; streams from before them cannot be resumed. */
const MOST_CHANGES = 100;

/**
 * Records the scopes of the callers that opened the streams of one session: a stream may be resumed only by a caller
 * with all of them. A session whose callers all have the same scopes needs one entry, however many streams it opens.
 */
export class StreamCallers {
  /** In the order of the streams; each entry applies until the next. */
  private readonly changes: { readonly from: number; readonly scopes: Scopes | undefined }[] = [];

  constructor(private readonly holds: TransportHost['holds']) {}

  /** Whether a caller has all of the scopes of another caller of the same session. */
  covers(auth: McpAuth | undefined, scopes: Scopes): boolean {
    const held = auth?.scopes ?? [];
    if (isSame(held, scopes)) return true;
    if (scopes.includes(everyScope)) return held.includes(everyScope);
    return this.holds(auth, scopes);
  }

  /** Records that a stream was opened; with `undefined` it cannot be resumed by its ordinal. */
  opened(ordinal: number, scopes: Scopes | undefined): void {
    if (this.changes.length > 0 && isSame(this.changes.at(-1)?.scopes, scopes)) return;
    this.changes.push({ from: ordinal, scopes });
    if (this.changes.length > MOST_CHANGES) this.changes.shift();
  }

  /** Whether this caller may resume that stream. */
  mayResume(ordinal: number, auth: McpAuth | undefined): boolean {
    const scopes = this.changes.findLast(({ from }) => from <= ordinal)?.scopes;
    return scopes !== undefined && this.covers(auth, scopes);
  }
}

function isSame(one: Scopes | undefined, other: Scopes | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((scope) => other.includes(scope));
}

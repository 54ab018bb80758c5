import type { MessageId } from '../../protocol/json-rpc.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import { ownerOf, TooManyError, type OwnerTally } from '../../sessions/owner-tally.js';
import { HttpRefusal } from './http-refusal.js';

/** Throws `HttpRefusal` (429 with `Retry-After`) if these requests would exceed the caller's limit. */
export function assertOwnerRoom(
  tally: OwnerTally,
  request: object,
  auth: McpAuth | undefined,
  ids: readonly MessageId[],
): void {
  if (ids.length === 0) return;
  try {
    tally.assertRoom(ownerOf(auth, request), ids.length);
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    const { code, message, data, retryAfter } = error;
    const [only = null, ...others] = ids;
    const id = others.length === 0 ? only : null;
    throw new HttpRefusal(429, code, message, { 'Retry-After': String(retryAfter) }, id, data);
  }
}

import type { MessageId } from '../../protocol/json-rpc.js';
import type { Session } from '../../sessions/session.js';
import { invalidRequest, tooManyCalls } from './http-refusal.js';

/**
 * Throws `HttpRefusal` if requests with these ids cannot begin: 400 if an id is in use or repeated, 429 if the session
 * would have more than `concurrency` calls in flight.
 */
export function assertRoom(
  session: Session | undefined,
  ids: readonly MessageId[],
  concurrency: number,
): void {
  const calls = session?.calls;
  const single = ids.length === 1 ? (ids[0] ?? null) : null;
  const repeats = ids.length > 1 && new Set(ids).size < ids.length;
  if (repeats || (calls !== undefined && ids.some((id) => calls.has(id)))) {
    throw invalidRequest('the request id is in use', single);
  }
  if ((calls?.size ?? 0) + ids.length > concurrency) throw tooManyCalls(concurrency, single);
}

import { idOf, type Message, type MessageId } from './json-rpc.js';

/** Bytes (UTF-8) that an id or a progress token may have: each travels with every message about its call. */
export const LONGEST_ID = 1_024;

/** Whether an id or a progress token is longer than 1 kB. */
export function isTooLong(id: unknown): boolean {
  // No character takes less than a byte, and none of one UTF-16 unit more than three.
  return typeof id === 'string' && id.length * 3 > LONGEST_ID && Buffer.byteLength(id) > LONGEST_ID;
}

/** What is wrong with the lengths of a request's id and progress token (`-32602`); `undefined`: nothing. */
export function lengthProblemOf(message: Message): string | undefined {
  if (!('method' in message)) return undefined;
  if ('id' in message && isTooLong(message.id)) return `id is longer than ${LONGEST_ID} bytes`;
  return isTooLong(message.params?._meta?.progressToken)
    ? `progressToken is longer than ${LONGEST_ID} bytes`
    : undefined;
}

/** The id to answer a refused message by: one that is too long is not repeated. */
export function answerableId(message: Message): MessageId | null {
  const id = idOf(message);
  return isTooLong(id) ? null : id;
}

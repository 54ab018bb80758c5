import { idOf, type Message, type MessageId } from './json-rpc.js';

/** The most bytes (UTF-8) of an id or a progress token, because each is repeated in every message about its call. */
export const LONGEST_ID = 1_024;

/** Whether an id or a progress token is longer than 1 kB. */
export function isTooLong(id: unknown): boolean {
  // Each UTF-16 code unit takes between one and three bytes.
  return typeof id === 'string' && id.length * 3 > LONGEST_ID && Buffer.byteLength(id) > LONGEST_ID;
}

/** The error of an id or progress token that is too long (`-32602`); `undefined` if there is none. */
export function lengthProblemOf(message: Message): string | undefined {
  if (!('method' in message)) return undefined;
  if ('id' in message && isTooLong(message.id)) return `id is longer than ${LONGEST_ID} bytes`;
  return isTooLong(message.params?._meta?.progressToken)
    ? `progressToken is longer than ${LONGEST_ID} bytes`
    : undefined;
}

/** The id for the answer to a refused message: `null` if it is too long to be repeated. */
export function answerableId(message: Message): MessageId | null {
  const id = idOf(message);
  return isTooLong(id) ? null : id;
}

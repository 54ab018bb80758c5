import { setImmediate } from 'node:timers/promises';

/** Time in ms that a request on its way gets at shutdown: for its first bytes, and for its body. */
export const ARRIVAL_GRACE = 200;

/** One turn of the event loop to accept a connection, one to read its request, one to start its handler. */
const TURNS = 3;

/** Resolves when the requests that the operating system holds for this process have been read. */
export async function untilRead(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}

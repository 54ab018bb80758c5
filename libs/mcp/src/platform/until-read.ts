import { setImmediate } from 'node:timers/promises';

/** One turn of the event loop to accept a connection, one to read its request, one to start its handler. */
const TURNS = 3;

/** Resolves when the requests that the operating system holds for this process have been read. */
export async function untilRead(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}

// Imported once, so that fake timers of a test do not hold up calls.
import { setImmediate } from 'node:timers';

/** Time in ms that handlers together may run without a turn of the event loop. */
const LONGEST = 0.5;

let lastTurn = performance.now();
/** Shared by all waiting handlers, so that they share the time between two turns. */
let nextTurn: Promise<void> | undefined;

/**
 * Waits for a turn of the event loop if there was none for half a millisecond. Without it, handlers that report progress in a loop
 * would hold up other calls, and the cancellation of their own: awaiting a settled promise does not let the event loop
 * turn. Returns `undefined` if a turn was recent.
 */
export function letOthersRun(): Promise<void> | undefined {
  if (performance.now() - lastTurn < LONGEST) return undefined;
  return (nextTurn ??= new Promise((resolve) => {
    setImmediate(() => {
      nextTurn = undefined;
      lastTurn = performance.now();
      resolve();
    });
  }));
}

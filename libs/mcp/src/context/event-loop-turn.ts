// Taken once: fake timers of a test must not hold up a call.
import { setImmediate } from 'node:timers';

/** ms that handlers together may go on without a turn of the event loop. */
const LONGEST = 5;

let lastTurn = performance.now();
/** One for all who wait, so that they share the time between two turns. */
let nextTurn: Promise<void> | undefined;

/**
 * Lets the event loop turn where it has not for 5 ms, so that handlers that report in a loop do not hold up other calls: awaiting what is done
 * already gives way to no other request, and not to the cancellation of its own call. `undefined`: it has turned lately.
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

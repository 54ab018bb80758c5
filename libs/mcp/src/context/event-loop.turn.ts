// Taken once: fake timers of a test must not hold up a call.
import { setImmediate } from 'node:timers';

/** ms that handlers may go on without a turn of the event loop. */
const LONGEST = 10;

let lastTurn = performance.now();

/**
 * Lets the event loop turn where it has not for 10 ms, so that a handler that reports in a loop holds up nobody: awaiting what is done
 * already gives way to no other request, and not to the cancellation of its own call. `undefined`: it has turned lately.
 */
export function letOthersRun(): Promise<void> | undefined {
  if (performance.now() - lastTurn < LONGEST) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      lastTurn = performance.now();
      resolve();
    });
  });
}

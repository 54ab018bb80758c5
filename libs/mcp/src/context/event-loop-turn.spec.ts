import { setImmediate } from 'node:timers';
import { letOthersRun } from './event-loop-turn.js';

/** The most steps of half a millisecond that handlers ran between two turns of the event loop. */
async function longestStretch(handlers: number): Promise<number> {
  let steps = 0;
  let longest = 0;
  let isOver = false;
  const turn = (): void => {
    longest = Math.max(longest, steps);
    steps = 0;
    if (!isOver) setImmediate(turn);
  };
  await new Promise<void>((resolve) => setImmediate(() => (turn(), resolve())));
  const handler = async (): Promise<void> => {
    for (let step = 0; step < 40; step++) {
      await letOthersRun();
      const until = performance.now() + 0.5;
      while (performance.now() < until);
      steps++;
    }
  };
  await Promise.all(Array.from({ length: handlers }, handler));
  isOver = true;
  return longest;
}

describe('A handler that reports progress in a loop', () => {
  it('lets the event loop turn after half a millisecond', async () => {
    expect(await longestStretch(1)).toBeLessThanOrEqual(4);
  });

  it('shares the time between two turns with other such handlers', async () => {
    expect(await longestStretch(3)).toBeLessThanOrEqual(6);
  });
});

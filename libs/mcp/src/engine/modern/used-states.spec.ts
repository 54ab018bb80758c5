import { jest } from '@jest/globals';
import { UsedStates } from './used-states.js';

describe('The memory of used states', () => {
  const soon = Date.now() + 3_600_000;

  afterEach(() => jest.restoreAllMocks());

  it('accepts each state once', () => {
    const used = new UsedStates();
    expect([used.use('a', soon), used.use('a', soon), used.use('b', soon)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is limited: the state that was used first is forgotten first', () => {
    const used = new UsedStates();
    for (let i = 0; i < 10_001; i++) used.use(String(i), soon);
    expect([used.use('10000', soon), used.use('1', soon), used.use('0', soon)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('forgets expired states, which are refused for their age', () => {
    const used = new UsedStates();
    used.use('a', soon);
    jest.spyOn(Date, 'now').mockReturnValue(soon + 1);
    used.use('b', soon + 10);
    expect([used.use('b', soon + 10), used.use('a', soon + 10)]).toEqual([false, true]);
  });
});

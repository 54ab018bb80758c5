import { UnsentBudget, type SlowReader } from './unsent-budget.js';

const kibibyte = 1024;

/** A reader that has taken `sent` bytes; the process stands still whenever it is looked at for `pause` ms. */
class Reader implements SlowReader {
  isCut = false;
  pause = 0;

  constructor(
    private readonly unsent: number,
    public sent = 0,
  ) {}

  get held(): number {
    const until = performance.now() + this.pause;
    while (performance.now() < until);
    return this.isCut ? 0 : this.unsent;
  }

  cut(): void {
    this.isCut = true;
  }
}

describe('The budget for unsent bytes', () => {
  it('disconnects no new client, however long the process stands still', () => {
    const budget = new UnsentBudget({ max: 20 * kibibyte * kibibyte, stallTimeout: 60_000 });
    const first = new Reader(12 * kibibyte * kibibyte);
    budget.wrote(first, true);
    first.sent = 6 * kibibyte * kibibyte;

    const second = new Reader(12 * kibibyte * kibibyte);
    second.pause = 20;
    budget.wrote(second, true);
    budget.delete(second);

    expect({ first: first.isCut, second: second.isCut }).toEqual({ first: true, second: false });
    expect(budget.total).toBe(0);
  });
});

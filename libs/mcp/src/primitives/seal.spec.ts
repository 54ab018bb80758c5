import type { LoggerService } from '@nestjs/common';
import { Seal } from './seal.js';

/** A seal of no secret makes its key, and warns, when it first signs anything. */
function unused(): { seal: Seal; hasSigned: () => boolean } {
  let lines = 0;
  const warn = (): number => ++lines;
  const logger = { warn } as unknown as LoggerService;
  return { seal: new Seal(undefined, logger), hasSigned: () => lines > 0 };
}

describe('A sealed text', () => {
  const dots = '.'.repeat(1_000_000);

  it.each([
    ['a million dots', dots],
    ['a million dots and a signature', `${dots}${'a'.repeat(43)}`],
    ['a million letters', 'a'.repeat(1_000_000)],
    ['two dots', `a.b.${'a'.repeat(43)}`],
    ['a short signature', `aa.${'a'.repeat(42)}`],
    ['no payload', `.${'a'.repeat(43)}`],
    ['nothing', ''],
  ])('of %s is refused before a signature or a purpose is computed', (_name, text) => {
    const { seal, hasSigned } = unused();
    const purpose = (): string => {
      throw new Error('the purpose was worked out');
    };
    expect(seal.open(purpose, text)).toBeUndefined();
    expect(hasSigned()).toBe(false);
  });

  it('can be opened for its purpose, and for no other', () => {
    const { seal } = unused();
    const text = seal.close('one', { a: 'é.'.repeat(10) });
    expect(seal.open('one', text)).toEqual({ a: 'é.'.repeat(10) });
    expect(seal.open(() => 'one', text)).toEqual({ a: 'é.'.repeat(10) });
    expect(seal.open('two', text)).toBeUndefined();
    expect(seal.open('one', `${text}=`)).toBeUndefined();
  });
});

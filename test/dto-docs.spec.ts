import { readFileSync } from 'node:fs';
import * as classValidator from 'class-validator';

describe('the page on DTO classes', () => {
  const page = readFileSync('docs/dto.md', 'utf8');

  it('lists the treatment of every decorator of class-validator', () => {
    const decorators = Object.entries(classValidator)
      .filter(([key, value]) => /^[A-Z][A-Za-z0-9]+$/u.test(key) && typeof value === 'function')
      .filter(([, value]) => !Function.prototype.toString.call(value).startsWith('class'))
      .map(([key]) => key)
      .filter((key) => key !== 'ValidatorConstraint');
    expect(decorators.length).toBeGreaterThan(110);
    expect(decorators.filter((name) => !new RegExp(`\`@${name}\\b`, 'u').test(page))).toEqual([]);
  });
});

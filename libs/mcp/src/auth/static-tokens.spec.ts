import { staticTokens } from './static-tokens.js';

describe('staticTokens', () => {
  const verifier = staticTokens({
    short: { token: 'abc', scopes: [] },
    long: { token: 'abc-and-more', scopes: ['all'] },
    umlaut: { token: 'äbc-and-mor', scopes: [] },
  });

  it.each([
    ['abc', 'short'],
    ['abc-and-more', 'long'],
    ['äbc-and-mor', 'umlaut'],
  ])('accepts %s', async (token, subject) => {
    expect(await verifier.verify(token, {})).toMatchObject({ subject });
  });

  it.each([
    '',
    'ab',
    'abc\0',
    '\0abc',
    'abd',
    'abc-and-mor',
    'abc-and-mor\0',
    'abc-and-more!',
    'abc-and-moreä',
    'äbc-and-moräää',
    'abc'.padEnd(100_000, '\0'),
  ])('refuses %j, which is similar to a token', async (token) => {
    expect(await verifier.verify(token, {})).toBeNull();
  });
});

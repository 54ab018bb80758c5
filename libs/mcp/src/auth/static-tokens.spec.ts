import { staticTokens } from './static-tokens.js';

describe('staticTokens', () => {
  const verifier = staticTokens({
    short: { token: 'abc', scopes: [] },
    long: { token: 'abc-and-more', scopes: ['all'] },
    padded: { token: ' from-a-file=\n', scopes: [] },
  });

  it.each([
    ['abc', 'short'],
    ['abc-and-more', 'long'],
    ['from-a-file=', 'padded'],
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

  const unusable = ['p@ss!', 'user:pw', 'a b', 'tök', 'abc%', 'a=b', '==', '"quoted"', 'a\nb'];

  it.each(unusable)('stops the boot for %j, which no bearer header can contain', (token) => {
    const problem = (where: string) =>
      `${where}: the token has characters that a bearer token must not have, and no request could contain it. Make one with \`openssl rand -hex 32\`.`;
    expect(messageOf({ ok: { token: 'ok', scopes: [] }, ci: { token, scopes: [] } })).toBe(
      problem('staticTokens.ci'),
    );
    expect(messageOf(`ok, ${token}`)).toBe(problem('staticTokens[1]'));
    expect(messageOf([token])).toBe(problem('staticTokens[0]'));
  });

  it('stops the boot for two names with the same token, and does not show it', () => {
    const same = (token: string) => ({ token, scopes: [] });
    const message = messageOf({ ci: same('s3cret'), bot: same('s3cret ') });
    expect(message).toMatch(/^staticTokens\.bot: its token is that of ci, too\. Make one with/);
    expect(message).not.toContain('s3cret');
  });

  it.each(['', ' ', undefined])('stops the boot for the empty token %j of a name', (token) => {
    const tokens = { ci: { token, scopes: [] } } as unknown as Parameters<typeof staticTokens>[0];
    expect(messageOf(tokens)).toBe('staticTokens.ci: the token is empty. Set it.');
  });

  it.each(['*', undefined, [7]])('stops the boot for the scopes %j', (scopes) => {
    const tokens = { ci: { token: 'a', scopes } } as unknown as Parameters<typeof staticTokens>[0];
    expect(messageOf(tokens)).toMatch(
      /^staticTokens\.ci: it is a caller whose scopes are not a list of strings\. Return/,
    );
  });
});

function messageOf(tokens: Parameters<typeof staticTokens>[0]): string {
  try {
    staticTokens(tokens);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was taken';
}

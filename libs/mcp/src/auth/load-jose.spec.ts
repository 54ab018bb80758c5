import { jest } from '@jest/globals';

jest.unstable_mockModule('jose', () => {
  throw new SyntaxError("Unexpected token 'export'");
});

describe('A test runner that loads no ES modules', () => {
  it('receives the remedy that makes jwt() work', async () => {
    const { jwt } = await import('./jwt.js');
    const secret = 'a secret of this test, 32 bytes and more';
    const verifier = jwt({ issuer: 'https://issuer.example', audience: 'inventory', secret });
    await expect(verifier.verify('a.b.c', {})).rejects.toThrow(
      "add transformIgnorePatterns: ['/node_modules/(?!jose/)'] to the configuration",
    );
  });
});

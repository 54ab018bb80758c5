import type { McpCall } from '../context/mcp-call.js';
import { AccessGate } from './access-gate.js';
import type { PrimitiveAccess } from './primitive-access.js';

interface Named {
  name: string;
  access: PrimitiveAccess;
}

const open = (name: string): Named => ({ name, access: { scopes: [] } });
const scoped = (name: string, ...scopes: string[]): Named => ({ name, access: { scopes } });

function callOf(subject: string, ...scopes: string[]): McpCall {
  return { where: subject, auth: { subject, scopes } } as unknown as McpCall;
}

describe('The list that a caller sees', () => {
  const asked: string[] = [];
  const shown = (name: string, to: string, scopes: string[] = []): Named => ({
    name,
    access: {
      scopes,
      isVisible: async ({ where }) => {
        asked.push(`${name} ${where}`);
        await new Promise((resolve) => setImmediate(resolve));
        if (where === 'unlucky') throw new Error('broken');
        return where === to;
      },
    },
  });
  const list = [
    shown('first', 'ann'),
    open('a'),
    scoped('b', 'read'),
    shown('c', 'bob'),
    open('d'),
    shown('e', 'ann', ['write']),
    scoped('f', 'read', 'write'),
    open('g'),
    shown('last', 'bob'),
  ];
  const names = async (gate: AccessGate, call: McpCall): Promise<string> =>
    (await gate.listed(list, call)).map(({ name }) => name).join(' ');

  beforeEach(() => {
    asked.length = 0;
  });

  it('holds exactly what its scopes and checks allow, also after and beside lists of other callers', async () => {
    const gate = new AccessGate();
    const callers: [McpCall, string][] = [
      [callOf('ann', 'read'), 'first a b d g'],
      [callOf('bob', 'read', 'write'), 'a b c d f g last'],
      [callOf('ann', 'write'), 'first a d e g'],
      [callOf('unlucky', 'read', 'write'), 'a b d f g'],
      [{ where: 'nobody' } as McpCall, 'a d g'],
    ];
    for (let time = 0; time < 2; time++) {
      const seen = await Promise.all(callers.map(([call]) => names(gate, call)));
      expect(seen).toEqual(callers.map(([, expected]) => expected));
    }
  });

  it('asks each check for each caller and each list, unless scopes are missing', async () => {
    const gate = new AccessGate();
    await names(gate, callOf('ann', 'write'));
    await names(gate, callOf('ann', 'write'));
    await names(gate, callOf('bob'));
    const all = ['first ann', 'c ann', 'e ann', 'last ann'];
    expect(asked).toEqual([...all, ...all, 'first bob', 'c bob', 'last bob']);
  });

  it('holds what lacks only scopes, where a server lists that too', async () => {
    const gate = new AccessGate({ listUnscoped: true });
    expect(await names(gate, callOf('bob'))).toBe('a b c d f g last');
  });

  it('takes the word of the server for what scopes satisfy', async () => {
    const gate = new AccessGate({
      scopeSatisfies: (_required, granted) => granted.includes('all'),
    });
    expect(await names(gate, callOf('ann', 'all'))).toBe('first a b d e f g');
    expect(await names(gate, callOf('ann', 'read', 'write'))).toBe('first a d g');
  });
});

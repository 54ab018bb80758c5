import type { McpCall } from '../context/mcp-call.js';
import { keepJson } from '../protocol/kept-json.js';
import { withPages } from './page.js';
import { Seal } from './seal.js';

type Item = { name: string };
type Read = (
  cursor?: string,
  caller?: string,
) => Promise<{ page: readonly Item[]; names: string[]; next?: string }>;

const SECRET = 'x'.repeat(32);
const named = (...names: string[]): Item[] => names.map((name) => ({ name }));

/** The pages of a list that `itemsOf` chooses for each caller. */
function reader(
  itemsOf: (caller: string) => readonly Item[],
  { method = 'resources/list', server = 'shop' } = {},
): Read {
  const seal = new Seal(SECRET, console);
  const list = async (_params: object, call: McpCall): Promise<object> => ({
    resources: itemsOf(call.where),
  });
  const methods = withPages({ [method]: list }, { size: 2, seal, server });
  return async (cursor, caller = 'anyone') => {
    const result = await methods[method]?.({ cursor }, { where: caller } as McpCall);
    const { resources, nextCursor } = result as { resources: Item[]; nextCursor?: string };
    return { page: resources, names: resources.map(({ name }) => name), next: nextCursor };
  };
}

describe('The pages of a list that is the same for everyone', () => {
  const five = keepJson(named('a', 'b', 'c', 'd', 'e'));

  it('are made once', async () => {
    const read = reader(() => five);
    const made = new Set<readonly Item[]>();
    for (let time = 0; time < 3; time++) {
      const first = await read();
      const second = await read(first.next);
      const third = await read(second.next);
      expect([first, second, third].map(({ names }) => names)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
        ['e'],
      ]);
      expect(third.next).toBeUndefined();
      for (const { page } of [first, second, third]) made.add(page);
    }
    expect(made.size).toBe(3);
  });

  it('refuse a cursor that was changed, or made for another list', async () => {
    const read = reader(() => five);
    const { next = '' } = await read();
    await read(next);
    const { next: other } = await reader(() => five, { method: 'prompts/list' })();
    for (const cursor of [`${next}x`, next.slice(0, -1), other, '', '0', '2']) {
      await expect(read(cursor)).rejects.toMatchObject({ code: -32602 });
    }
  });

  it('take a cursor of another process, wherever its page begins', async () => {
    const { next: second } = await reader(() => five)();
    const { next: between } = await reader(() => named('a', 'c', 'd'))();
    const read = reader(() => five);
    expect(await read(second)).toMatchObject({ names: ['c', 'd'] });
    const { names, next } = await read(between);
    expect(names).toEqual(['d', 'e']);
    expect(next).toBeUndefined();
  });

  it('take a cursor from before the list changed', async () => {
    let items: readonly Item[] = five;
    const read = reader(() => items);
    const { next } = await read();
    items = keepJson(named('a', 'a1', 'b', 'b1', 'c'));
    expect((await read(next)).names).toEqual(['b1', 'c']);
    expect((await read()).names).toEqual(['a', 'a1']);
    items = keepJson(named('c'));
    expect(await read(next)).toMatchObject({ names: ['c'], next: undefined });
  });
});

describe('The pages of a list that depends on the caller', () => {
  it('hold what the caller may see, also with the cursor of another caller', async () => {
    const all = keepJson(named('a', 'b', 'c', 'd', 'e'));
    const read = reader((caller) => (caller === 'admin' ? all : named('a', 'c', 'd')));
    const { next } = await read(undefined, 'admin');
    expect((await read(next, 'admin')).names).toEqual(['c', 'd']);
    expect((await read(next, 'guest')).names).toEqual(['c', 'd']);
    const guest = await read(undefined, 'guest');
    expect(guest.names).toEqual(['a', 'c']);
    expect((await read(guest.next, 'guest')).names).toEqual(['d']);
    expect((await read(guest.next, 'admin')).names).toEqual(['d', 'e']);
    expect((await read(undefined, 'admin')).names).toEqual(['a', 'b']);
  });
});

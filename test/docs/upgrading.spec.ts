import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

describe('The page on upgrading', () => {
  const page = readFileSync(join(root, 'docs/guide/upgrading.md'), 'utf8');
  const { peerDependencies, engines } = JSON.parse(
    readFileSync(join(root, 'libs/mcp/package.json'), 'utf8'),
  ) as { peerDependencies: Record<string, string>; engines: { node: string } };

  it('lists every peer with the versions that the package accepts', () => {
    const rows = page.slice(page.indexOf('## Reference')).matchAll(/^\| (`.+?) +\| (.+?) +\|/gm);
    const listed = [...rows].flatMap(([, names = '', versions]) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => [name, versions]),
    );
    const short = (range: string) =>
      range
        .split(' || ')
        .map((one) => one.replace(/^\^/, '').replace(/(\.0)+$/, ''))
        .join(', ');
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(
        Object.entries(peerDependencies).map(([name, range]) => [name, short(range)]),
      ),
    );
  });

  it('states the oldest Node', () => {
    expect(engines.node).toBe('>=20.19.0');
    expect(page).toMatch(/\| Node +\| 20\.19 and newer +\|/);
  });
});

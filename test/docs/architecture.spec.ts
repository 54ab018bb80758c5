import { existsSync, readdirSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/architecture.md', 'utf8');

describe('The page on the architecture', () => {
  it('answers each question with a file that exists', () => {
    const answers = [...page.matchAll(/^\| [^|]+\? +\| `([^`]+)` +\|$/gm)].map(([, file]) => file);
    expect(answers.length).toBeGreaterThanOrEqual(12);
    expect(answers.filter((file) => !existsSync(file ?? ''))).toEqual([]);
  });

  it('lists every decision', () => {
    const listed = [...page.matchAll(/\(decisions\/([^)]+)\)/g)].map(([, file]) => file);
    expect(new Set(listed)).toEqual(new Set(readdirSync('docs/decisions')));
  });

  it('draws every room of the library', () => {
    const rooms = readdirSync('libs/mcp/src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${name}/`);
    expect(rooms.filter((room) => !page.includes(room))).toEqual([]);
  });
});

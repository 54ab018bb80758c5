import { existsSync, readdirSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/architecture.md', 'utf8');

const sources = readdirSync('libs/mcp/src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `libs/mcp/src/${file}`);

describe('The page on the architecture', () => {
  it('answers each question with a file that exists', () => {
    const answers = [...page.matchAll(/^\| [^|]+\? +\| `([^`]+)` +\|$/gm)].map(([, file]) => file);
    expect(answers.length).toBeGreaterThanOrEqual(12);
    expect(answers.filter((file) => !existsSync(file ?? ''))).toEqual([]);
  });

  it('has a diagram of every folder', () => {
    const picture = readFileSync('docs/images/structure.svg', 'utf8');
    const drawn = [...picture.matchAll(/<title>(\w+)<\/title>/g)].map(([, folder]) => folder);
    const folders = readdirSync('libs/mcp/src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(new Set(drawn.filter((title) => title !== 'folders'))).toEqual(new Set(folders));
  });

  it('lists every decision', () => {
    const listed = [...page.matchAll(/\(decisions\/([^)]+)\)/g)].map(([, file]) => file);
    expect(new Set(listed)).toEqual(new Set(readdirSync('docs/decisions')));
  });

  it('contains every folder of the library in its diagram', () => {
    const rooms = readdirSync('libs/mcp/src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${name}/`);
    expect(rooms.filter((room) => !page.includes(room))).toEqual([]);
  });
});

describe('The sources of the library', () => {
  it('mark private members with the keyword, which parameters of constructors can have, too', () => {
    const hashed = /\.#\w|^\s+(?:static |readonly |async |get |set )*#\w/m;
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.filter((file) => hashed.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

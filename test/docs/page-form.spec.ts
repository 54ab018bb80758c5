import { join, posix } from 'node:path';
import { pagesOfGuide, type Page } from './code-blocks.js';
import { sectionsOf } from './page-sections.js';

const pages = pagesOfGuide(join(import.meta.dirname, '../..'));
const start = pages.find(({ path }) => path === 'docs/guide/README.md') as Page;
/** The page of options is a reference as a whole. */
const formed = pages.filter((page) => page !== start && page.path !== 'docs/guide/options.md');

function linksOf({ path, markdown }: Page): string[] {
  return [...markdown.matchAll(/\]\((?<target>[\w./-]+\.md)/g)].map(({ groups }) =>
    posix.join(posix.dirname(path), groups?.['target'] ?? ''),
  );
}

describe('The pages for users', () => {
  it.each(formed)('$path has a section on what goes wrong', (page) => {
    expect([...sectionsOf(page).keys()]).toContain('What goes wrong');
  });

  it.each(formed)('$path ends with a reference that has a table', (page) => {
    const [heading, text] = [...sectionsOf(page)].at(-1) ?? [];
    expect(heading).toBe('Reference');
    expect(text).toMatch(/^\| -+ \|/m);
  });

  it('are all linked from the first page of the guide', () => {
    const linked = linksOf(start);
    const others = pages.filter((page) => page !== start).map(({ path }) => path);
    expect(others.filter((path) => !linked.includes(path))).toEqual([]);
  });
});

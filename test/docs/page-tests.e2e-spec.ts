import { join } from 'node:path';
import { codeBlocksOf, pagesOfGuide, type Page } from './code-blocks.js';
import { fileNameOf } from './typescript-blocks.js';
import { writeBlocks } from './written-blocks.js';

const root = join(import.meta.dirname, '../..');

/** Pages for users that declare nothing which could be tried. */
const withoutTests = [
  'command-line',
  'deployment',
  'generators',
  'guide/README',
  'guide/options',
  'guide/upgrading',
  'protocol',
  'reference-app',
  'scaling',
  'security',
].map((name) => `docs/${name}.md`);

const pages = pagesOfGuide(root);

function testsOf(page: Page): string[] {
  return codeBlocksOf(page)
    .map(fileNameOf)
    .filter((name) => name.endsWith('.spec.ts'));
}

describe('The pages of the guide', () => {
  it('each have an example that runs', () => {
    const without = pages.filter((page) => testsOf(page).length === 0).map(({ path }) => path);
    expect(without).toEqual(withoutTests);
  });
});

// The tests of the pages are defined here, and run as those of their readers do.
for (const page of pages.filter((one) => testsOf(one).length > 0)) {
  const blocks = writeBlocks(root, page);
  afterAll(() => blocks.remove());
  for (const file of testsOf(page)) {
    // oxlint-disable-next-line no-await-in-loop
    await blocks.load(file);
  }
}

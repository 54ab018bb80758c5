import { join } from 'node:path';
import { readPages, type Page } from './code-blocks.js';
import { writeBlocks } from './written-blocks.js';

const root = join(import.meta.dirname, '../..');
const page = readPages(root).find(({ path }) => path === 'docs/testing.md') as Page;
const blocks = writeBlocks(root, page);

afterAll(() => blocks.remove());

// The tests of the page are defined here, and run as those of its readers do.
for (const file of blocks.files.filter((name) => name.endsWith('.spec.ts'))) {
  // oxlint-disable-next-line no-await-in-loop
  await blocks.load(file);
}

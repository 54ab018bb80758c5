import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pagesOfGuide, type Page } from './code-blocks.js';
import { sectionsOf } from './page-sections.js';

const root = join(import.meta.dirname, '../..');

/** Where the messages are written that a user reads, Nest's own included. */
const sources = [
  'libs/mcp/src',
  'libs/mcp/cli',
  'libs/mcp/schematics',
  'libs/inspector',
  'src',
  'node_modules/@nestjs/config/dist',
  'node_modules/@nestjs/core/errors',
  'node_modules/@nestjs/core/guards',
];

/** Messages that are put together from parts of fewer than three words. */
const composed = [
  'POST /mcp is taken',
  "the input 'id' belongs to @Param() and to @Body().",
  'excludeEnhancers: … is a guard.',
  'expression: must be string (given: 6)',
];

/** The sources with one space in place of every gap. */
function textOfSources(): string {
  return sources
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(?:tsx?|js)$/.test(file) && !file.endsWith('.spec.ts'))
        .map((file) => readFileSync(join(root, folder, file), 'utf8')),
    )
    .join('\n')
    .replaceAll('\\', '')
    .replaceAll(/\s+/g, ' ');
}

/** What a page says is seen: code of three words or more in the first column of the tables below "What goes wrong". */
function symptomsOf(page: Page): string[] {
  const cells = (sectionsOf(page).get('What goes wrong') ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(/(?<!\\)\|/)[1] ?? '');
  return cells
    .flatMap((cell) => [...cell.matchAll(/`(?<code>[^`]+)`/g)])
    .map(({ groups }) => groups?.['code'] ?? '')
    .filter((code) => /[a-z'’]{2,} [a-z'’]+ [a-z'’]{2,}/i.test(code));
}

/** Whether three words in a row of the message stand so in the sources; names and numbers in it are those of an example. */
function isReal(message: string, text: string): boolean {
  const words = message.split(' ');
  return words.some((_, index) => {
    const some = words.slice(index, index + 3).join(' ');
    return words.length >= index + 3 && !some.includes('…') && text.includes(some);
  });
}

describe('A message under What goes wrong', () => {
  const text = textOfSources();
  const pages = pagesOfGuide(root).filter((page) => symptomsOf(page).length > 0);

  it('is on most pages', () => {
    expect(pages.length).toBeGreaterThan(20);
  });

  it.each(pages)('of $path is in the sources', (page) => {
    const invented = symptomsOf(page).filter(
      (message) => !isReal(message, text) && !composed.includes(message),
    );
    expect(invented).toEqual([]);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeBlocksOf, type Page } from './code-blocks.js';
import { fileNameOf, textOf } from './typescript-blocks.js';

/** The TypeScript of a page as modules that can be imported. */
export interface WrittenBlocks {
  /** The files that the blocks are, in the order of the page. */
  readonly files: readonly string[];
  load(file: string): Promise<Record<string, unknown>>;
  remove(): void;
}

/**
 * Writes the TypeScript blocks of a page, with their preludes, into a new folder below `test/docs/.blocks`.
 * `hosts` are the servers of the test that stand for those which the page names.
 */
export function writeBlocks(
  root: string,
  page: Page,
  hosts: Readonly<Record<string, string>> = {},
): WrittenBlocks {
  const below = join(root, 'test/docs/.blocks');
  mkdirSync(below, { recursive: true });
  const folder = mkdtempSync(join(below, 'page-'));
  const blocks = codeBlocksOf(page).filter(({ language }) => language === 'ts');
  for (const block of blocks) {
    const file = join(folder, fileNameOf(block));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, withHosts(textOf(block), hosts));
  }
  return {
    files: blocks.map(fileNameOf),
    load: (file) => import(join(folder, file)) as Promise<Record<string, unknown>>,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function withHosts(text: string, hosts: Readonly<Record<string, string>>): string {
  return Object.entries(hosts).reduce((done, [name, url]) => done.replaceAll(name, url), text);
}

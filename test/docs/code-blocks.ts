import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

/** A page of the documentation: its path from the root, and its Markdown. */
export interface Page {
  readonly path: string;
  readonly markdown: string;
}

/**
 * One fenced code block. `before` and `after` come from a comment in front of it, which the reader does not see:
 * `<!-- docs: prelude`, lines of code (the block stands at the line `// …`, else after them), `-->`.
 */
export interface CodeBlock {
  readonly page: string;
  /** Line of the page that holds the block's first line of code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly before: string;
  readonly after: string;
}

const prelude = /^<!--\s*docs: prelude\n(?<code>[^]*?)-->$/;
const place = /^[ \t]*\/\/ …\n/m;

/** README.md, CONTRIBUTING.md, everything under docs/ and the pages of the examples. */
export function readPages(root: string): Page[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.startsWith('api/'))
    .map((path) => `docs/${path.replaceAll('\\', '/')}`);
  const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('README.md'))
    .map((path) => `examples/${path.replaceAll('\\', '/')}`);
  return ['README.md', 'CONTRIBUTING.md', ...below.toSorted(), ...examples.toSorted()].map(
    (path) => ({
      path,
      markdown: readFileSync(join(root, path), 'utf8'),
    }),
  );
}

/** The pages for users: docs/guide and those beside it, without the ones for who works on the library. */
export function pagesOfGuide(root: string): Page[] {
  const others = /^docs\/(?:decisions\/|architecture\.md|performance\.md)/;
  return readPages(root).filter(({ path }) => path.startsWith('docs/') && !others.test(path));
}

/** All fenced blocks of a page, also those in lists and quotations. */
export function codeBlocksOf({ path, markdown }: Page): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  collect(fromMarkdown(markdown), path, blocks);
  return blocks;
}

function collect(node: Nodes, page: string, blocks: CodeBlock[]): void {
  if (!('children' in node)) return;
  let comment: string | undefined;
  for (const child of node.children) {
    if (child.type === 'code') {
      const [before = '', after = ''] = (comment ?? '').split(place);
      const line = (child.position?.start.line ?? 0) + 1;
      blocks.push({
        page,
        line,
        language: child.lang ?? '',
        code: `${child.value}\n`,
        before,
        after,
      });
    }
    comment =
      child.type === 'html' ? prelude.exec(child.value.trim())?.groups?.['code'] : undefined;
    collect(child, page, blocks);
  }
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { Page } from './code-blocks.js';

/** The links of a page to files that do not exist: one line each, at its place in the page. */
export function deadLinksOf(root: string, { path, markdown }: Page): string[] {
  return linksOf(fromMarkdown(markdown))
    .map(({ url, line }) => ({ line, file: decodeURI(url).replace(/#.*$/, '') }))
    .filter(({ file }) => file !== '' && !/^[a-z]+:/i.test(file))
    .filter(({ file }) => !existsSync(join(root, dirname(path), file)))
    .map(({ file, line }) => `${path}:${line} links to ${file}, which does not exist`);
}

function linksOf(node: Nodes): { url: string; line: number }[] {
  const below = 'children' in node ? node.children.flatMap(linksOf) : [];
  if (!('url' in node)) return below;
  return [{ url: node.url, line: node.position?.start.line ?? 0 }, ...below];
}

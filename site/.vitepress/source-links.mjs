import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

/**
 * Makes the links of the pages work on the site as they do in the repository: a page is linked as a page, a source file as a copy of it
 * under `/source`, which a browser shows as text. Adds to each page a link to its Markdown.
 */
export function sourceLinks({ root, base }) {
  const linked = new Set();

  function siteLink(href, page) {
    if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
    const [path, fragment] = href.split('#');
    const target = posix.join(posix.dirname(page), decodeURI(path));
    const after = fragment === undefined ? '' : `#${fragment}`;
    if (target.endsWith('README.md')) return href.replace('README.md', 'index.md');
    if (target.endsWith('.md') || !existsSync(join(root, target))) return href;
    linked.add(target);
    return `${base}source/${target}.txt${after}`;
  }

  function markdown(md) {
    md.core.ruler.push('links_of_the_repository', ({ tokens, env, Token }) => {
      const page = relative(root, env.realPath ?? env.path);
      for (const token of tokens.flatMap((one) => [one, ...(one.children ?? [])])) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null;
        if (href !== null) token.attrSet('href', siteLink(href, page));
      }
      // A page that is the index of a folder has the folder's name as Markdown.
      const path = env.relativePath.replace(/(?<=.)\/index\.md$/, '.md');
      const asMarkdown = new Token('html_block', '', 0);
      asMarkdown.content = `<p><a href="${base}${path}" target="_self">This page as Markdown</a></p>\n`;
      tokens.push(asMarkdown);
    });
  }

  function write(outDir) {
    for (const path of linked) {
      const copy = join(outDir, 'source', `${path}.txt`);
      mkdirSync(dirname(copy), { recursive: true });
      const from = join(root, path);
      if (statSync(from).isDirectory()) writeFileSync(copy, `${readdirSync(from).join('\n')}\n`);
      else cpSync(from, copy);
    }
  }

  return { markdown, write };
}

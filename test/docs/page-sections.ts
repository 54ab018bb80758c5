import type { Page } from './code-blocks.js';

/** The sections of a page by their headings (`##`), in the order of the page. */
export function sectionsOf({ markdown }: Pick<Page, 'markdown'>): Map<string, string> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines.join('\n')];
    }),
  );
}

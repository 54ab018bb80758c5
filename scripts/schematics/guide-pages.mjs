import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pages = ['getting-started', 'tools', 'resources'];
const namedBlock = /^```ts\n\/\/ ([\w.-]+)\n(.*?)^```$/gms;

/** Writes the files of the first pages of the guide into a project, each page into a folder of its own, as a reader would type them. */
export function typeGuide(project) {
  for (const page of pages) {
    const text = readFileSync(new URL(`../../docs/guide/${page}.md`, import.meta.url), 'utf8');
    const folder = join(project.folder, 'src/guide', page);
    mkdirSync(folder, { recursive: true });
    const blocks = [...text.matchAll(namedBlock)];
    if (blocks.length < 2) throw new Error(`${page}.md has no module and test that can be typed`);
    for (const [, file, code] of blocks) {
      // The first page tells users of CommonJS to leave the ending out.
      const typed = project.kind === 'cjs' ? code.replaceAll(/(from '\..*)\.js'/g, "$1'") : code;
      writeFileSync(join(folder, file), typed);
    }
  }
}

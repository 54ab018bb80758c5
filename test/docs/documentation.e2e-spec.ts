import { fileURLToPath } from 'node:url';
import { codeBlocksOf, readPages, type CodeBlock } from './code-blocks.js';
import { findingsOf } from './other-blocks.js';
import { deadLinksOf } from './page-links.js';
import { typeErrorsOf } from './typescript-blocks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

function errorsIn(markdown: string): string[] {
  const blocks = codeBlocksOf({ path: 'page.md', markdown });
  return [
    ...typeErrorsOf(root, typeScript(blocks)),
    ...blocks.flatMap((block) => findingsOf(root, block)),
  ];
}

function typeScript(blocks: readonly CodeBlock[]): CodeBlock[] {
  return blocks.filter(({ language }) => language === 'ts');
}

function fenced(language: string, ...lines: string[]): string {
  return ['```' + language, ...lines, '```', ''].join('\n');
}

describe('the documentation', () => {
  const pages = readPages(root);
  const blocks = pages.flatMap(codeBlocksOf);

  it('has TypeScript that compiles against the library', () => {
    expect(typeErrorsOf(root, typeScript(blocks))).toEqual([]);
  });

  it.each(pages.map(({ path }) => path))(
    '%s has JSON and YAML that parse, and commands that exist',
    (path) => {
      const findings = blocks
        .filter(({ page }) => page === path)
        .flatMap((block) => findingsOf(root, block));
      expect(findings).toEqual([]);
    },
  );

  it.each(pages)('$path links to files that exist', (page) => {
    expect(deadLinksOf(root, page)).toEqual([]);
  });
});

describe('the check of the documentation', () => {
  it('reports a type error at its line of the page, whatever prelude precedes the block', () => {
    const page = ['# Title', '', '<!-- docs: prelude', 'const price = 1;', '-->', ''].join('\n');
    expect(errorsIn(page + fenced('ts', '', 'const sku: string = price;'))).toEqual([
      "page.md:8 TS2322: Type 'number' is not assignable to type 'string'.",
    ]);
  });

  it('inserts a fragment at the place that its prelude has for it', () => {
    const prelude = ['<!-- docs: prelude', 'export class Shop {', '  // …', '}', '-->', ''].join(
      '\n',
    );
    expect(errorsIn(prelude + fenced('ts', 'open(): boolean {', '  return true;', '}'))).toEqual(
      [],
    );
    expect(errorsIn(fenced('ts', 'open(): boolean {', '  return true;', '}'))).not.toEqual([]);
  });

  it('lets a block import the file that an earlier block is', () => {
    const service = fenced('ts', '// shop/shop.service.ts', 'export const open = true;');
    const good = fenced(
      'ts',
      "import { open } from './shop/shop.service.js';",
      'export const closed = !open;',
    );
    const bad = fenced('ts', "import { shut } from './shop/shop.service.js';", 'export { shut };');
    expect(errorsIn(service + good)).toEqual([]);
    expect(errorsIn(service + bad)).toEqual([expect.stringContaining("no exported member 'shut'")]);
  });

  it('finds an import that no entry point of the library exports', () => {
    expect(
      errorsIn(
        fenced('ts', "import { nothing } from 'nestjs-mcp/nowhere';", 'export { nothing };'),
      ),
    ).toEqual([expect.stringContaining("Cannot find module 'nestjs-mcp/nowhere'")]);
  });

  it('finds JSON and YAML that do not parse, in lists too', () => {
    expect(errorsIn(fenced('json', '{ "mcpServers": {}, }'))).toEqual([
      expect.stringContaining('page.md:2'),
    ]);
    expect(errorsIn(fenced('yaml', 'services: [web'))).toEqual([
      expect.stringContaining('page.md:2'),
    ]);
    expect(errorsIn('1. Write\n\n   ```json\n   {\n   ```\n')).toEqual([
      expect.stringContaining('page.md:4'),
    ]);
  });

  it('finds commands that name a script or a file which does not exist', () => {
    expect(errorsIn(fenced('bash', 'npm ci && npm run strat'))).toEqual([
      'page.md:2 package.json has no script "strat"',
    ]);
    expect(errorsIn(fenced('sh', 'npm test -- test/nowhere'))).toEqual([
      'page.md:2 test/nowhere does not exist',
    ]);
    expect(errorsIn(fenced('sh', 'node dist/src/nowhere.js'))).toEqual([
      'page.md:2 dist/src/nowhere.js does not exist',
    ]);
    expect(errorsIn(fenced('bash', 'if true; then'))).toEqual([
      expect.stringContaining('syntax error'),
    ]);
  });

  it('refuses a block of an unknown or unnamed language', () => {
    expect(errorsIn(fenced('js', 'module.exports = 1;'))).toEqual([
      expect.stringContaining('"js"'),
    ]);
    expect(errorsIn(fenced('', 'what is this?'))).toEqual([expect.stringContaining('""')]);
  });

  it('finds a link to a file that does not exist', () => {
    const markdown = '[a](other.md#part) [b](../README.md) [c](https://example.com) [d](#here)';
    expect(deadLinksOf(root, { path: 'docs/page.md', markdown })).toEqual([
      'docs/page.md:1 links to other.md, which does not exist',
    ]);
  });
});

import { add, appModule, treeOf } from '../../../test/support/schematic-project.js';

const main = `import { NestFactory } from '@nestjs/core';
import { RootModule } from './root/root.module';

async function bootstrap() {
  const app = await NestFactory.create(RootModule, { cors: true });
  await app.listen(3000);
}
void bootstrap();
`;

describe('nest add', () => {
  it('registers the module under the name and version of the package, and adds its peers', () => {
    const tree = treeOf({
      'package.json': `{\n  "name": "@acme/shop",\n  "version": "2.1.0",\n  "dependencies": { "rxjs": "^7.8.1" }\n}\n`,
      'src/app.module.ts': appModule,
    });
    const { lines, tasks } = add(tree);
    expect(tree.readText('src/app.module.ts')).toContain(
      "  imports: [McpModule.forRoot({ name: 'shop', version: '2.1.0' })],\n  providers: [AppService],",
    );
    const { dependencies } = tree.readJson('package.json') as { dependencies: object };
    expect(Object.keys(dependencies)).toEqual(['class-transformer', 'class-validator', 'rxjs']);
    expect(tasks.map(({ packageManager }) => packageManager)).toEqual([undefined]);
    expect(lines[0]).toBe(
      "src/app.module.ts imports McpModule.forRoot({ name: 'shop', version: '2.1.0' }).",
    );
    expect(lines).toContain('What to do next:');
  });

  it('changes nothing the second time', () => {
    const tree = treeOf({
      'package.json': '{ "name": "shop", "dependencies": {} }',
      'src/app.module.ts': appModule,
    });
    add(tree);
    const before = [tree.readText('package.json'), tree.readText('src/app.module.ts')];
    const { lines, tasks } = add(tree);
    expect([tree.readText('package.json'), tree.readText('src/app.module.ts')]).toEqual(before);
    expect(tasks).toEqual([]);
    expect(lines[0]).toBe('src/app.module.ts has McpModule already: nothing was changed there.');
  });

  const server = 'export const server = McpModule.forRootAsync({});';
  const importing = (...specifiers: string[]): string =>
    `${specifiers.map((from) => `import '${from}';`).join('\n')}\n${appModule}`;

  it.each<[string, string, Record<string, string>]>([
    ['src/mcp/mcp.module.ts', './mcp/mcp.module.js', {}],
    ['src/mcp/index.ts', './mcp', {}],
    [
      'src/mcp/mcp.module.ts',
      './feature',
      { 'src/feature.ts': "export * from './mcp/mcp.module';" },
    ],
    ['src/mcp/mcp.module.ts', 'src/mcp/mcp.module', {}],
    [
      'libs/mcp/src/index.ts',
      '@app/mcp',
      { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@app/*": ["./libs/*/src"] } } }' },
    ],
  ])('changes nothing where the root module leads to the server: %s by %s', (file, from, more) => {
    const tree = treeOf({ 'src/app.module.ts': importing('rxjs', from), [file]: server, ...more });
    expect(add(tree).lines[0]).toBe(`${file} has McpModule already: nothing was changed there.`);
    expect(tree.readText('src/app.module.ts')).toBe(importing('rxjs', from));
  });

  it('imports the module in the root module where only files that it does not import have it', () => {
    const tree = treeOf({
      'src/app.module.ts': `// McpModule.forRoot is in mcp.module.ts\n${importing('./broken', './a')}`,
      'src/broken.ts': 'export const = McpModule',
      'src/a.ts': `import type { b } from './mcp/mcp.module';\nimport './app.module';\n`,
      'src/mcp/mcp.module.ts': server,
      'src/mcp/mcp.spec.ts': 'McpModule.forRoot({});',
    });
    const { lines } = add(tree);
    expect(lines.slice(0, 2)).toEqual([
      "src/app.module.ts imports McpModule.forRoot({ name: 'app', version: '0.0.1' }).",
      'src/mcp/mcp.module.ts has McpModule too, but src/app.module.ts does not lead there.',
    ]);
    expect(tree.readText('src/app.module.ts')).toContain(
      "imports: [McpModule.forRoot({ name: 'app'",
    );
  });

  it('installs with bun if the project does; other package managers are recognised by their lock files', () => {
    const tree = treeOf({
      'package.json': '{ "dependencies": {} }',
      'bun.lock': '',
      'src/app.module.ts': appModule,
    });
    expect(add(tree).tasks).toMatchObject([{ packageManager: 'bun' }]);
  });

  it('uses the module in the NestFactory call of main.ts, in the project of a monorepo', () => {
    const tree = treeOf({
      'nest-cli.json': `{
        "monorepo": true, // as nest g app makes it
        "projects": { "admin-api": { "sourceRoot": "apps/admin/src" } }
      }`,
      'apps/admin/src/main.ts': main,
      'apps/admin/src/root/root.module.ts': appModule,
      'apps/admin/src/app.module.ts': appModule,
      'apps/shop/src/app.module.ts': appModule,
    });
    const { lines } = add(tree, { sourceRoot: 'apps/admin/src' });
    expect(lines.join('\n')).toContain('nest g -c nestjs-mcp tool hello --project admin-api ');
    expect(lines.join('\n')).toMatch(/nest start admin-api --watch +serves it/);
    expect(tree.readText('apps/admin/src/root/root.module.ts')).toContain("name: 'admin'");
    expect(tree.readText('apps/admin/src/app.module.ts')).toBe(appModule);
    expect(tree.readText('apps/shop/src/app.module.ts')).toBe(appModule);
  });

  it('uses the given file, and lists where it looked if it finds none', () => {
    const tree = treeOf({ 'src/main.module.ts': appModule });
    expect(() => add(tree)).toThrow('No root module was found (looked for src/app.module.ts).');
    add(tree, { module: './src/main.module.ts' });
    expect(tree.readText('src/main.module.ts')).toContain('McpModule.forRoot(');
  });
});

import { posix } from 'node:path';
import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { nestAdd, prompt, resource, skill, tool } from './main.js';
import type { NestAddOptions } from './nest-add.js';

const appModule = `import { Module } from '@nestjs/common';
import { AppService } from './app.service';

@Module({
  providers: [AppService],
})
export class AppModule {}
`;

const main = `import { NestFactory } from '@nestjs/core';
import { RootModule } from './root/root.module';

async function bootstrap() {
  const app = await NestFactory.create(RootModule, { cors: true });
  await app.listen(3000);
}
void bootstrap();
`;

/** The files of a project in memory: Jest on Node 20 cannot load the package that has Angular's own tree. */
function treeOf(given: Record<string, string>): Tree {
  const files = new Map(Object.entries(given).map(([path, text]) => [posix.normalize(path), text]));
  const readText = (path: string): string => files.get(posix.normalize(path)) ?? '';
  const write = (path: string, text: string): void => void files.set(posix.normalize(path), text);
  const tree = {
    exists: (path: string) => files.has(posix.normalize(path)),
    readText,
    readJson: (path: string) => JSON.parse(readText(path)) as unknown,
    create: write,
    overwrite: write,
    getDir: (folder: string) => ({
      subfiles: [...files.keys()]
        .filter((path) => posix.dirname(path) === posix.normalize(folder))
        .map((path) => posix.basename(path)),
      visit: (visitor: (path: string) => void) => {
        for (const path of files.keys()) if (path.startsWith(`${folder}/`)) visitor(`/${path}`);
      },
    }),
  };
  // Paths of the tree may begin with a slash.
  return new Proxy(tree, {
    get: (target, name: keyof typeof tree) => (path: string, text: string) =>
      target[name](path.replace(/^\//, ''), text),
  }) as unknown as Tree;
}

/** A task that installs packages. */
interface InstallTask {
  packageManager?: string;
}

/** Runs `nest add`: the lines that the user reads, and the tasks that were left for after it. */
function add(tree: Tree, options: NestAddOptions = {}): { lines: string[]; tasks: InstallTask[] } {
  const lines: string[] = [];
  const tasks: InstallTask[] = [];
  const context = {
    logger: { info: (text: string) => lines.push(...text.split('\n')) },
    addTask: (task: InstallTask) => tasks.push(task),
  } as unknown as SchematicContext;
  void nestAdd(options)(tree, context);
  return { lines, tasks };
}

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

  it('changes nothing the second time, also where another module registers the server', () => {
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

    const other = treeOf({
      'src/app.module.ts': `// McpModule.forRoot is in mcp.module.ts\n${appModule}`,
      'src/mcp/mcp.module.ts': 'export const server = McpModule.forRootAsync({});',
      'src/mcp/mcp.spec.ts': 'McpModule.forRoot({});',
    });
    expect(add(other).lines[0]).toContain('src/mcp/mcp.module.ts has McpModule already');
    expect(other.readText('src/app.module.ts')).toContain(appModule);
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

describe('nest g -c nestjs-mcp', () => {
  const run = (rule: ReturnType<typeof tool>, tree: Tree) =>
    void rule(tree, { addTask: () => undefined } as never);

  it('registers the generated class in the nearest module, with imports in the style of that file', () => {
    const tree = treeOf({
      'package.json': '{ "type": "module" }',
      'src/app.module.ts': appModule,
      'src/orders/orders.module.ts': appModule.replace('app.service', 'orders.service.js'),
    });
    run(tool({ name: 'orders/FindOrders' }), tree);
    run(resource({ name: 'order', path: 'orders', flat: true }), tree);
    run(prompt({ name: 'ask', spec: false }), tree);
    const nearest = tree.readText('src/orders/orders.module.ts');
    expect(nearest).toContain(
      "import { FindOrdersTool } from './find-orders/find-orders.tool.js';",
    );
    expect(nearest).toContain("import { OrderResource } from './order.resource.js';");
    expect(nearest).toContain('providers: [AppService, FindOrdersTool, OrderResource],');
    const root = tree.readText('src/app.module.ts');
    expect(root).toContain("import { AskPrompt } from './ask/ask.prompt';");
    expect(root).toContain('providers: [AppService, AskPrompt],');
    expect(tree.readText('src/ask/ask.prompt.ts')).toContain("from './ask.input';");
    expect(tree.exists('src/ask/ask.prompt.spec.ts')).toBe(false);
    const test = tree.readText('src/orders/find-orders/find-orders.tool.spec.ts');
    expect(test).toContain("client.callTool('find_orders', { name: 'Ada' })");
  });

  it('creates the folder of a skill beside the sources, of a project in a monorepo too', () => {
    const tree = treeOf({
      'package.json': '{ "dependencies": { "rxjs": "7" } }',
      'apps/admin/src/app.module.ts': appModule,
    });
    run(skill({ name: 'greetPeople', sourceRoot: 'apps/admin/src' }), tree);
    expect(tree.readText('apps/admin/skills/greet-people/SKILL.md')).toMatch(
      /^---\nname: greet-people\ndescription: /,
    );
    const provider = tree.readText('apps/admin/src/greet-people/greet-people.skill.ts');
    expect(provider).toContain("@McpSkill('apps/admin/skills/greet-people')");
    expect(tree.readText('apps/admin/src/app.module.ts')).toContain('AppService, GreetPeopleSkill');
    expect(tree.exists('apps/admin/src/greet-people/greet-people.input.ts')).toBe(false);
    const { dependencies } = tree.readJson('package.json') as { dependencies: object };
    expect(dependencies).toEqual({ rxjs: '7', yaml: '^2.4.0' });
  });

  it('creates only files if there is no module or none is wanted', () => {
    const tree = treeOf({ 'package.json': '{ "type": "module" }' });
    run(tool({ name: 'hello', specFileSuffix: 'test' }), tree);
    expect(tree.readText('src/hello/hello.tool.ts')).toContain("from './hello.input.js';");
    expect(tree.exists('src/hello/hello.tool.test.ts')).toBe(true);
    tree.create('src/app.module.ts', appModule);
    run(tool({ name: 'bye', skipImport: true }), tree);
    expect(tree.readText('src/app.module.ts')).toBe(appModule);
  });

  it('refuses a name without a letter at its beginning, and other languages', () => {
    const tree = treeOf({});
    expect(() => run(tool({ name: '7days' }), tree)).toThrow(
      'The name of a tool begins with a letter: "7days" does not.',
    );
    expect(() => run(tool({ name: 'hello', language: 'js' }), tree)).toThrow(
      'The generators write TypeScript only, not js.',
    );
  });
});

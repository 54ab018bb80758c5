import type { Tree } from '@angular-devkit/schematics';
import { add, appModule, treeOf } from '../../../test/support/schematic-project.js';
import { prompt, resource, skill, tool } from './main.js';

describe('nest g -c nestjs-mcp', () => {
  const run = (rule: ReturnType<typeof tool>, tree: Tree): string[] => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => lines.push(line) };
    void rule(tree, { addTask: () => undefined, logger } as never);
    return lines;
  };

  it('says how the server is added, in an application without it', () => {
    const tree = treeOf({ 'src/app.module.ts': appModule });
    const expected = [
      'src/app.module.ts does not import McpModule, so that nobody is offered this prompt: run "nest add nestjs-mcp", or add McpModule.forRoot({ name, version }) to its imports.',
    ];
    expect(run(prompt({ name: 'ask' }), tree)).toEqual(expected);
    add(tree);
    expect(run(skill({ name: 'greet' }), tree)).toEqual([]);
    expect(run(tool({ name: 'ask', sourceRoot: 'libs/shop/src' }), tree)).toEqual([]);
  });

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

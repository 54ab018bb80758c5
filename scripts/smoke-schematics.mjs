// From `nest new` to the first call of a generated tool, and the first pages of the guide as they stand: with the CLI of each major version of
// Nest, the package managers that it offers, ES modules and CommonJS, one application and a monorepo. Run `npm run build:lib` first.
import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checks } from './checks.mjs';
import { serveRegistry } from './local-registry.mjs';
import { packLibrary } from './pack-lib.mjs';
import { firstCall } from './schematics/first-call.mjs';
import { typeGuide } from './schematics/guide-pages.mjs';
import { NestProject } from './schematics/nest-project.mjs';
import { nodeOf } from './tools-aside.mjs';

// A developer has none: with it pnpm refuses to install what `nest add` has written into package.json.
delete process.env.CI;

const scratch = mkdtempSync(join(tmpdir(), 'nestjs-mcp-schematics-'));
const checks = new Checks();
const rootModule = 'src/app.module.ts';
const skill = 'greet-people';
const newImport = "import { McpModule } from 'nestjs-mcp';";

const registry = await serveRegistry(packLibrary(scratch).tarball);
const settings = { scratch, registry: registry.environment };
const [newcomer, ...others] = [
  new NestProject({ ...settings, major: '12', format: 'ES modules', manager: 'npm' }),
  new NestProject({ ...settings, major: '11', format: 'CommonJS', manager: 'npm' }),
  // Jest loads Nest 12, which is ES modules only, into CommonJS tests since Node 24.9.
  new NestProject({
    ...settings,
    major: '12',
    format: 'CommonJS',
    manager: 'pnpm',
    node: await nodeOf(24),
  }),
  new NestProject({ ...settings, major: '11', format: 'CommonJS', manager: 'yarn' }),
];
try {
  for (const project of [newcomer, ...others]) await project.prepare();
  await checkNewcomer(newcomer);
  // Each waits for the network for most of its time.
  await Promise.all(others.map(checkProject));
} finally {
  registry.close();
  rmSync(scratch, { recursive: true, force: true });
}
checks.summarize();

/** The steps of the README, with a watch; then everything else in the same project. */
async function checkNewcomer(project) {
  const table = await checks.run(`${project.title}: from nest new to the first call`, () =>
    firstCall(project),
  );
  if (table === undefined) return;
  console.log(table.join('\n'));
  await checkAll(project, ['tool']);
}

async function checkProject(project) {
  const { title } = project;
  const isThere = await checks.run(`${title}: nest new, and an installation`, async () => {
    await project.create();
    await project.install();
    return true;
  });
  if (!isThere) return;
  await checks.run(`${title}: nest add installs, registers and touches nothing else`, async () => {
    const before = project.source(rootModule).replace('imports: [],', 'imports: [], // none yet');
    writeFileSync(join(project.folder, rootModule), `// The root of the shop.\n${before}`);
    // The CLI of Nest 11 does not wait for yarn and pnpm (nestjs/nest-cli, issue 1660).
    const isInstalledBefore = project.major === '11' && project.manager === 'yarn';
    const names = ['nestjs-mcp', 'class-validator', 'class-transformer'];
    if (isInstalledBefore) await project.run('yarn', ['add', ...names], project.registry);
    await project.nest('add', 'nestjs-mcp', ...(isInstalledBefore ? ['--skip-install'] : []));
    const added = project.source(rootModule).split('\n');
    const element = /imports: \[McpModule\.forRoot\(\{ name: 'shop-.*', version: '0\.0\.1' \}\)\],/;
    match(added.find((line) => line.includes('// none yet')) ?? '', element);
    deepStrictEqual(
      added
        .filter((line) => line !== newImport)
        .map((line) => line.replace(element, 'imports: [],')),
      `// The root of the shop.\n${before}`.split('\n'),
    );
    const { dependencies } = JSON.parse(project.source('package.json'));
    for (const name of names) {
      ok(dependencies[name], `${name} is missing in package.json`);
    }
  });
  await checkAll(project);
}

/** What holds for every project once the module is registered; `made` are the kinds of primitives that it has. */
async function checkAll(project, made = []) {
  const { title, manager } = project;
  await checks.run(`${title}: nest add changes nothing the second time`, async () => {
    const before = [rootModule, 'package.json'].map((file) => project.source(file));
    await project.nest('add', 'nestjs-mcp', '--skip-install');
    deepStrictEqual(
      [rootModule, 'package.json'].map((file) => project.source(file)),
      before,
    );
  });
  // What they make does not depend on the package manager.
  const isWhole = manager === 'npm';
  const names = { tool: 'hello', resource: 'orders/order', prompt: 'sum-up', skill };
  const kinds = Object.keys(isWhole ? names : { tool: '' });
  await checks.run(`${title}: nest g makes a ${kinds.join(', a ')}`, async () => {
    for (const kind of kinds) {
      if (!made.includes(kind)) await project.nest('g', '-c', 'nestjs-mcp', kind, names[kind]);
    }
    const registered = project.source(rootModule);
    match(registered, /providers: \[\s*AppService,\s+HelloTool/);
    if (!isWhole) return;
    match(registered, /HelloTool,\s+OrderResource,\s+SumUpPrompt,\s+GreetPeopleSkill/);
    match(project.source('package.json'), /"yaml": "\^2/);
  });
  await checks.run(
    `${title}: the generated tests pass, and those of the guide's first pages`,
    () => {
      typeGuide(project);
      return project.script('test');
    },
  );
  if (isWhole) {
    await checks.run(`${title}: the generated files keep the project's lint`, () =>
      project.script('lint'),
    );
  }
  await checks.run(`${title}: a client calls the generated tool`, async () => {
    await project.nest('build');
    await project.call('dist/main.js', isWhole ? { skill } : {});
  });
  if (isWhole) await checkMonorepo(project);
}

/** `nest g app` makes a monorepo of the project; the module goes into the new application only. */
async function checkMonorepo(project) {
  const { title, name } = project;
  await checks.run(`${title}: in a monorepo, --project chooses the application`, async () => {
    await project.nest('g', 'app', 'admin');
    const other = () => project.source(`apps/${name}/src/app.module.ts`);
    const before = other();
    const add = ['add', 'nestjs-mcp', '--skip-install', '--project', 'admin'];
    const { stdout } = await project.nest(...add);
    match(stdout, /nest g -c nestjs-mcp tool hello --project admin/);
    const registered = project.source('apps/admin/src/admin.module.ts');
    match(registered, /McpModule\.forRoot\(\{ name: 'admin', version: '0\.0\.1' \}\)/);
    await project.nest(...add);
    deepStrictEqual(project.source('apps/admin/src/admin.module.ts'), registered);
    const generate = ['g', '-c', 'nestjs-mcp', '--project', 'admin'];
    await project.nest(...generate, 'tool', 'hello');
    await project.nest(...generate, 'skill', skill);
    deepStrictEqual(other(), before);
  });
  await checks.run(`${title}: in a monorepo, the generated tests pass`, () =>
    project.script('test'),
  );
  await checks.run(`${title}: in a monorepo, a client calls the generated tool`, async () => {
    const isBundled = project.major === '11';
    // The bundler of Nest 12 is no part of what `nest new` installs.
    await project.nest('build', 'admin', ...(isBundled ? [] : ['--builder', 'tsc']));
    const folder = isBundled ? '' : 'apps/admin/src/';
    await project.call(`dist/apps/admin/${folder}main.js`, { skill });
  });
}

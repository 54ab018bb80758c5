import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { installAside, nodeAside } from '../tools-aside.mjs';

/**
 * What a newcomer does, and how long each step takes: from `nest new` to the first call of a generated tool by a client that reads
 * the configuration that was generated for it. The client is the inspector's command line, which takes Claude Code's file.
 */
export async function firstCall(project) {
  const node = await nodeAside();
  const inspector = await installAside('@modelcontextprotocol/inspector', '2.12.0');
  const launcher = join(inspector, 'clients/launcher/build/index.js');
  const quick = ['--no-audit', '--no-fund'];
  const steps = [];
  const step = async (title, run, isNetwork = false) => {
    const began = performance.now();
    const result = await run();
    steps.push({ title, seconds: (performance.now() - began) / 1000, isNetwork });
    return result;
  };

  await step('nest new', () => project.create());
  await step('npm install', () => project.install(), true);
  await step(
    'npm install nestjs-mcp class-validator class-transformer',
    () =>
      project.run(
        'npm',
        ['install', ...quick, 'nestjs-mcp', 'class-validator', 'class-transformer'],
        project.registry,
      ),
    true,
  );
  await step('nest add nestjs-mcp', () => project.nest('add', 'nestjs-mcp', '--skip-install'));
  await step('nest g -c nestjs-mcp tool hello', () =>
    project.nest('g', '-c', 'nestjs-mcp', 'tool', 'hello'),
  );
  const { origin, stop } = await step('nest build, and the start of the application', async () => {
    await project.nest('build');
    return project.start('dist/main.js');
  });
  const words = ['config', 'claude-code', '--name', 'shop', '--url', `${origin}/mcp`, '--write'];
  await step('npx nestjs-mcp config claude-code --write', () =>
    project.run('npx', ['nestjs-mcp', ...words]),
  );
  const printed = await step('a client reads .mcp.json, connects and calls hello', () => {
    const server = ['--config', '.mcp.json', '--server', 'shop'];
    const call = ['--method', 'tools/call', '--tool-name', 'hello', '--tool-arg', 'name=Ada'];
    const output = ['--format', 'json', '--quiet'];
    return project.run(node, [launcher, '--cli', ...server, ...call, ...output]);
  });
  const { result } = JSON.parse(printed.stdout);
  deepStrictEqual(result.structuredContent, { greeting: 'Hello Ada!' });
  await stop();
  return toTable(steps);
}

function sum(steps) {
  return steps.reduce((total, { seconds }) => total + seconds, 0);
}

function toTable(steps) {
  const network = sum(steps.filter(({ isNetwork }) => isNetwork));
  const lines = [
    ...steps,
    { title: 'in all', seconds: sum(steps) },
    { title: 'of it installations, which wait for the network', seconds: network },
    { title: 'of it everything else', seconds: sum(steps) - network },
  ];
  return lines.map(({ title, seconds }) => `${seconds.toFixed(1).padStart(12)} s  ${title}`);
}

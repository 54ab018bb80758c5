import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { McpParam, McpPrompt, McpResource, McpTool } from 'nestjs-mcp';
import { startApp, type StartedApp } from '../support/start-app.js';
import { bundledProgram, type Program } from './program.js';

const ajv = new Ajv({ strict: false });
addFormatsModule.default(ajv);
ajv.addFormat('uri-template', true);
const isServerJson = ajv.compile(
  JSON.parse(readFileSync('test/support/schemas/server.schema.json', 'utf8')) as object,
);

@Injectable()
class Stock {
  @McpTool({ description: 'Reserves\n  pieces.' })
  reserve(@McpParam('sku') sku: string, @McpParam('amount', { default: 1 }) amount: number) {
    return { sku, amount };
  }

  @McpResource('stock://{shelf}', { description: 'One shelf.' })
  shelf(@McpParam('shelf') shelf: string): string {
    return shelf;
  }

  @McpPrompt({ description: 'Asks for a count.' })
  count(@McpParam('unit', { required: false }) unit?: string): string {
    return `Count the stock in ${unit}.`;
  }
}

const packageFile = {
  name: 'stock-server',
  mcpName: 'io.github.ann/stock',
  version: '1.2.3',
  author: 'Ann',
  license: 'MIT',
};

describe('nestjs-mcp manifest', () => {
  let program: Program;
  let served: StartedApp;
  const url = (): string => `${served.url}/mcp`;
  const describePackage = (file: object): void =>
    writeFileSync(join(program.folder, 'package.json'), JSON.stringify(file));

  beforeAll(async () => {
    program = await bundledProgram();
    served = await startApp({
      providers: [Stock],
      mcp: {
        title: 'Stock',
        description: 'What lies on the shelves.',
        instructions: 'Ask for shelves.',
        websiteUrl: 'https://stock.example.com',
      },
    });
  });
  beforeEach(() => describePackage(packageFile));
  afterAll(async () => {
    await served.close();
    program.remove();
  });

  it('writes a server.json that matches the published schema', async () => {
    const { code, stdout, stderr } = await program.run(['manifest', 'server.json', '--url', url()]);
    expect([code, stderr]).toEqual([0, '']);
    const written: unknown = JSON.parse(stdout);
    isServerJson(written);
    expect(isServerJson.errors).toBe(null);
    expect(written).toEqual({
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: 'io.github.ann/stock',
      description: 'What lies on the shelves.',
      version: '1.0.0',
      title: 'Stock',
      websiteUrl: 'https://stock.example.com',
      remotes: [{ type: 'streamable-http', url: url() }],
    });
    const sse = await program.run(['manifest', 'server.json', '--url', `${served.url}/sse`]);
    expect(JSON.parse(sse.stdout)).toMatchObject({ remotes: [{ type: 'sse' }] });
  });

  it('reports what is missing for the registry, and writes nothing', async () => {
    describePackage({ name: 'stock-server' });
    const nameless = await program.run(['manifest', 'server.json', '--url', url()]);
    expect([nameless.code, nameless.stdout]).toEqual([1, '']);
    expect(nameless.stderr).toContain('"mcpName"');
    describePackage(packageFile);
    const long = ['--description', 'x'.repeat(101)];
    const wordy = await program.run(['manifest', 'server.json', '--url', url(), ...long]);
    expect([wordy.code, wordy.stderr]).toEqual([1, expect.stringContaining('at most 100')]);
    writeFileSync(join(program.folder, 'package.json'), '{');
    const broken = await program.run(['manifest', 'server.json', '--url', url()]);
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('package.json')]);
  });

  it('writes an llms.txt of the primitives that the caller sees', async () => {
    const { stdout } = await program.run(['manifest', 'llms.txt', '--url', url()]);
    expect(stdout).toBe(
      [
        '# Stock',
        '> What lies on the shelves.',
        'Ask for shelves.',
        '## Tools',
        '- `reserve(sku, amount?)`: Reserves pieces.',
        '## Resources',
        '- `stock://{shelf}`: One shelf.',
        '## Prompts',
        '- `count(unit?)`: Asks for a count.\n',
      ].join('\n\n'),
    );
  });

  it('writes to a file if one is named', async () => {
    const { stdout, stderr } = await program.run([
      'manifest',
      'llms.txt',
      '--url',
      url(),
      '--out',
      'llms.txt',
    ]);
    expect([stdout, stderr]).toEqual(['', 'Wrote llms.txt.\n']);
    expect(readFileSync(join(program.folder, 'llms.txt'), 'utf8')).toMatch(/^# Stock/);
  });

  it('refuses a bundle without a Node program, and an unknown manifest', async () => {
    const remote = await program.run(['manifest', 'mcpb', '--url', url()]);
    expect([remote.code, remote.stderr]).toEqual([2, expect.stringContaining('Node program')]);
    expect((await program.run(['manifest', 'card', '--url', url()])).code).toBe(2);
  });
});

describe('nestjs-mcp manifest of the built reference app over stdio', () => {
  let program: Program;
  const main = join(process.cwd(), 'dist/src/main.js');

  beforeAll(async () => {
    program = await bundledProgram();
    writeFileSync(join(program.folder, 'package.json'), JSON.stringify(packageFile));
  });
  afterAll(() => program.remove());

  it('writes a server.json with the package and its arguments and variables', async () => {
    const { stdout } = await program.run([
      'manifest',
      'server.json',
      '--command',
      `node ${main} --stdio`,
      '--env',
      'DATABASE_FILE',
    ]);
    const written: unknown = JSON.parse(stdout);
    isServerJson(written);
    expect(isServerJson.errors).toBe(null);
    expect(written).toMatchObject({
      title: 'Inventory',
      packages: [
        {
          registryType: 'npm',
          identifier: 'stock-server',
          version: '1.2.3',
          transport: { type: 'stdio' },
          packageArguments: [{ type: 'named', name: '--stdio' }],
          environmentVariables: [{ name: 'DATABASE_FILE', isRequired: true, isSecret: true }],
        },
      ],
    });
  });
});

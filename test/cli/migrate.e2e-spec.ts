import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { McpModule } from 'nestjs-mcp';
import ts from 'typescript';
import { diagnosticsOf } from '../docs/typescript-blocks.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { versionOne, versionTwo } from './migrating-sources.js';
import { bundledProgram, type Program, type Run } from './program.js';

const below = 'test/docs/.blocks';
let program: Program;
let folder: string;
const started: StartedApp[] = [];

beforeAll(async () => {
  program = await bundledProgram();
});
beforeEach(() => {
  mkdirSync(below, { recursive: true });
  folder = mkdtempSync(join(process.cwd(), below, 'migrated-'));
});
afterEach(async () => {
  for (const served of started.splice(0)) await served.close();
  rmSync(folder, { recursive: true });
});
afterAll(() => program.remove());

function place(sources: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(sources)) writeFileSync(join(folder, file), text);
}

/** What became of one file. */
async function migrated(text: string): Promise<Run & { text: string }> {
  place({ 'one.ts': text });
  const run = await program.run(['migrate', folder, '--write']);
  return { ...run, text: readFileSync(join(folder, 'one.ts'), 'utf8') };
}

/** What the compiler says about files of the folder, with the options of an application that is not strict. */
function typeErrors(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const { incremental: _incremental, ...rest } = options;
  const names = files.map((file) => join(folder, file));
  const checked = ts.createProgram(names, { ...rest, noEmit: true, noImplicitAny: false });
  return diagnosticsOf(checked, names).map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, ' '),
  );
}

async function load<T>(file: string, name: string): Promise<T> {
  const loaded = (await import(join(folder, file))) as Record<string, unknown>;
  return loaded[name] as T;
}

/** The progress that reaches a client. Its own listener misses a report that it reads together with the result. */
function heardBy({ transport }: Client): unknown[] {
  const heard: unknown[] = [];
  const deliver = transport?.onmessage;
  if (transport) {
    transport.onmessage = (message, extra) => {
      if ('method' in message && message.method === 'notifications/progress') {
        heard.push(message.params?.['progress']);
      }
      deliver?.(message, extra);
    };
  }
  return heard;
}

describe('nestjs-mcp migrate', () => {
  it('changes nothing without the option to write', async () => {
    place(versionOne);
    const { code, stdout } = await program.run(['migrate', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('7 declarations in 2 files can be converted: --write does it');
    expect(readFileSync(join(folder, 'greeting.tool.ts'), 'utf8')).toBe(
      versionOne['greeting.tool.ts'],
    );
  });

  it('converts an application of version 1 into one that compiles, starts and behaves the same', async () => {
    place(versionOne);
    const { code, stdout } = await program.run(['migrate', folder, '--write']);
    expect(stdout).toContain('0 places are left to do');
    expect(code).toBe(0);
    expect(typeErrors(Object.keys(versionOne))).toEqual([]);

    const module = await load<Type>('app.module.ts', 'AppModule');
    const served = await startApp({ imports: [module], mcp: false });
    started.push(served);
    const client = await served.connect({ path: 'api/mcp' });
    const { tools } = await client.listTools();
    // What needs a scope is not shown to a caller without a token.
    expect(tools.map(({ name }) => name)).toEqual(['greeting-tool', 'today']);
    expect(tools[0]).toMatchObject({
      inputSchema: { properties: { name: { type: 'string', default: 'World' } } },
      annotations: { readOnlyHint: true },
      _meta: { 'example.com/kind': 'greeting' },
    });
    const progress = heardBy(client);
    const result = await client.callTool({ name: 'greeting-tool' }, undefined, {
      onprogress: () => undefined,
    });
    expect(result.content).toEqual([{ type: 'text', text: 'Hello, World! object' }]);
    expect(progress).toEqual([50, 100]);
    const { contents } = await client.readResource({ uri: 'mcp://hello/ann' });
    expect(contents).toMatchObject([{ uri: 'mcp://hello/ann', text: 'Hello, ann!' }]);
    expect((await client.readResource({ uri: 'mcp://hello/world' })).contents).toMatchObject([
      { uri: 'mcp://hello/world', text: 'Hello, World!' },
    ]);
    const { messages } = await client.getPrompt({ name: 'greet', arguments: { name: 'Ann' } });
    expect(messages[0]?.content).toEqual({ type: 'text', text: 'Greet Ann' });
    // It runs the compiler, and begins a server.
  }, 180_000);

  it('converts a controller of version 2, whose server is configured by hand', async () => {
    place(versionTwo);
    const { code } = await program.run(['migrate', folder, '--write']);
    expect(code).toBe(0);
    expect(typeErrors(Object.keys(versionTwo))).toEqual([]);

    const controller = await load<Type>('report.controller.ts', 'ReportController');
    const server = McpModule.forRoot({ name: 'reports', version: '1' });
    const served = await startApp({ imports: [server], controllers: [controller], mcp: false });
    started.push(served);
    const client = await served.connect();
    const { structuredContent } = await client.callTool({ name: 'report', arguments: { days: 2 } });
    expect(structuredContent).toEqual({ days: 2, at: '/mcp', revision: expect.any(String) });
    expect((await client.readResource({ uri: 'report://latest' })).contents).toMatchObject([
      { uri: 'report://latest', text: 'The latest.' },
    ]);
  });

  it('leaves a method with an access rule that it cannot convert, and reports it', async () => {
    const { code, stdout, text } =
      await migrated(`import { Tool, ToolRoles } from '@rekog/mcp-nest';
export class Admin {
  @Tool({ name: 'open' })
  open() {}

  @Tool({ name: 'drop' })
  @ToolRoles(['admin'])
  drop() {}
}
`);
    expect(code).toBe(1);
    expect(stdout).toContain('one.ts:6  @ToolRoles() becomes a guard of yours');
    expect(stdout).toContain('1 declaration in 1 file is converted, 1 place is left to do.\n');
    expect(text).toContain("@McpTool({ name: 'open' })");
    expect(text).toContain("@Tool({ name: 'drop' })\n  @ToolRoles(['admin'])");
    expect(text).toContain("import { Tool, ToolRoles } from '@rekog/mcp-nest';");
  });

  it.each([
    ['options that are no literal', '@Tool(options) run() {}', 'write its options out'],
    ['a spread in the options', "@Tool({ ...options, name: 'x' }) run() {}", 'cannot be converted'],
    [
      'a context that is taken apart',
      "@Tool({ name: 'x' }) run(args, { log }: Context) {}",
      'taken apart',
    ],
    [
      'the server of the SDK',
      "@Tool({ name: 'x' }) run(args, context: Context) { context.mcpServer; }",
      '`mcpServer` is gone',
    ],
    [
      'scopes of which any will do',
      "@Tool({ name: 'x' }) @ToolScopes(['a'], { match: 'any' }) run() {}",
      '`visibility`',
    ],
  ])('reports what must be changed by hand for %s', async (_what, member, said) => {
    const { code, stdout } = await migrated(
      `import { Context, Tool, ToolScopes } from '@rekog/mcp-nest';\nclass One {\n  ${member}\n}\n`,
    );
    expect(code).toBe(1);
    expect(stdout).toContain(`one.ts:3  `);
    expect(stdout).toContain(said);
  });

  it('leaves a file unchanged that it cannot parse', async () => {
    const broken = "import { Tool } from '@rekog/mcp-nest';\nclass {\n";
    const { code, stdout, text } = await migrated(broken);
    expect(code).toBe(1);
    expect(stdout).toContain('cannot be parsed');
    expect(text).toBe(broken);
  });

  it('keeps aliases of imports, and names that the file already has', async () => {
    const { text } = await migrated(`import { McpModule as Rekog, Tool } from "@rekog/mcp-nest"
class McpTool {
  @Tool({ name: 'x' }) run() {}
}
export const module = Rekog.forRoot({ name: 'x', version: '1', capabilities: {} })
`);
    expect(text).toBe(`import { McpModule as Rekog, McpTool as Tool } from "nestjs-mcp"
class McpTool {
  @Tool({ name: 'x' }) run() {}
}
export const module = Rekog.forRoot({ name: 'x', version: '1' })
`);
  });

  it('ends with status 2 if the path does not exist', async () => {
    const { code, stderr } = await program.run(['migrate', 'nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere does not exist');
  });
});

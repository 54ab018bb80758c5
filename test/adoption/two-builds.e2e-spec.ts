import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import ts from 'typescript';
import { call, textOf } from '../support/tool-calls.js';

const root = process.cwd();
/** Below the packages that both builds need, and outside what the build of the application empties. */
const home = join(root, 'node_modules/.cache/nestjs-mcp-two-builds');
/** As the build of the reference application has compiled it, before the first test. */
const built = join(root, 'dist/libs/mcp/src');

function compile(name: string, target: string): void {
  const file = join(root, 'test/adoption/two-builds', name);
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.ES2022,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  // The library is a package of its own.
  const text = outputText.replace('./feature.library.js', './library/index.js');
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** Lays out what a package manager would: a library and an application with a copy of the package each. */
function install(): void {
  rmSync(home, { recursive: true, force: true });
  for (const owner of ['', 'library']) {
    const installed = join(home, owner, 'node_modules/nestjs-mcp');
    cpSync(built, join(installed, 'dist/esm'), { recursive: true });
    cpSync(join(root, 'libs/mcp/package.json'), join(installed, 'package.json'));
    writeFileSync(join(home, owner, 'package.json'), '{ "type": "module" }');
  }
  compile('feature.library.ts', join(home, 'library/index.js'));
  compile('main.ts', join(home, 'main.js'));
}

describe('Two builds of the package in one process', () => {
  let child: ChildProcess;
  let url: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    install();
    child = fork(join(home, 'main.js'), { execArgv: ['--disable-warning=ExperimentalWarning'] });
    const [said] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
    if (typeof said !== 'string') throw new Error(`the application ended with ${String(said)}`);
    url = said;
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    if (child.connected) {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    }
    rmSync(home, { recursive: true, force: true });
  });

  async function connect(path: string, token?: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1.0.0' });
    const address = new URL(path, url);
    const headers: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` };
    const Transport = path.endsWith('sse') ? SSEClientTransport : StreamableHTTPClientTransport;
    await client.connect(new Transport(address, { requestInit: { headers } }));
    clients.push(client);
    return client;
  }

  it('have separate classes, and instanceof works for both', async () => {
    const { structuredContent } = await call(await connect('mcp'), 'is_instance');
    expect(structuredContent).toEqual({
      copies: true,
      configuration: true,
      context: true,
      ordinary: false,
      sibling: false,
    });
  });

  it.each(['mcp', 'sse'])(
    "serve a library's tool, its DTO and its context parameter (over /%s)",
    async (path) => {
      const client = await connect(path);
      const { structuredContent } = await call(client, 'feature_greet', { name: 'Ada' });
      expect(structuredContent).toEqual({ greeting: 'Hello Ada', era: 'legacy', isContext: true });
      const refused = await call(client, 'feature_greet', { name: 7 });
      expect(textOf(refused)).toMatch(/^name: must be a string/);
    },
  );

  it('recognise the exceptions of the library', async () => {
    const client = await connect('mcp');
    expect(await call(client, 'feature_fail')).toMatchObject({
      isError: true,
      content: [{ text: 'of the library' }],
      _meta: { 'nestjs-mcp/status': 409, 'nestjs-mcp/data': { from: 'library' } },
    });
    expect(textOf(await call(client, 'feature_refuse'))).toBe('name: is not a name');
    const prompt = client.getPrompt({ name: 'feature_failing_prompt' });
    await expect(prompt).rejects.toMatchObject({
      code: -32050,
      message: expect.stringContaining('of the library') as string,
    });
  });

  it("run the library's guards and filters around the application's methods", async () => {
    const client = await connect('mcp');
    expect(textOf(await call(client, 'guarded'))).toBe('guarded by the library');
    expect(textOf(await call(client, 'filtered'))).toBe('the library caught: of the application');
  });

  it('share the caller and injected values', async () => {
    const client = await connect('mcp', 'secret');
    expect(textOf(await call(client, 'feature_who'))).toBe('ci');
    expect(Number(textOf(await call(client, 'feature_count')))).toBeGreaterThan(5);
    const anonymous = await connect('mcp');
    await expect(call(anonymous, 'feature_who')).rejects.toThrow(/401|scope|Unauthorized/i);
  });

  it('serve resources and prompts of the library, and a server that its own build has made', async () => {
    const client = await connect('mcp');
    const { contents } = await client.readResource({ uri: 'feature://hello' });
    expect(contents).toMatchObject([{ text: 'hello' }]);
    const { messages } = await client.getPrompt({ name: 'feature_welcome' });
    expect(messages).toMatchObject([{ role: 'user', content: { text: 'Welcome' } }]);
    const own = await connect('feature/mcp');
    expect(own.getServerVersion()).toMatchObject({ name: 'feature' });
  });
});

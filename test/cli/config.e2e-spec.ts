import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { bundledProgram, type Program } from './program.js';

interface Configuration {
  readonly mcpServers: Readonly<Record<string, object>>;
}

let program: Program;

beforeAll(async () => {
  program = await bundledProgram();
});

afterAll(() => program.remove());

describe('nestjs-mcp config --write', () => {
  const write = (client: string, ...more: string[]) =>
    program.run([
      'config',
      client,
      '--name',
      'shop',
      '--url',
      'https://shop.example/mcp',
      ...more,
      '--write',
    ]);
  const file = (path: string) => join(program.folder, path);

  it('creates a missing file, and changes nothing the second time', async () => {
    expect(await write('cursor')).toMatchObject({ code: 0, stdout: '' });
    const text = readFileSync(file('.cursor/mcp.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({ mcpServers: { shop: { url: 'https://shop.example/mcp' } } });
    const again = await write('cursor');
    expect(again.stderr).toContain('already says so');
    expect(readFileSync(file('.cursor/mcp.json'), 'utf8')).toBe(text);
    expect(existsSync(file('.cursor/mcp.json.backup'))).toBe(false);
  });

  it('keeps comments and other entries of JSON, and backs the file up', async () => {
    const before =
      '{\n  // mine\n  "servers": {\n    "other": { "url": "http://x" }, // keep\n  },\n}\n';
    mkdirSync(file('.vscode'), { recursive: true });
    writeFileSync(file('.vscode/mcp.json'), before);
    await write('vscode', '--token');
    const after = readFileSync(file('.vscode/mcp.json'), 'utf8');
    for (const kept of ['// mine', '// keep', '"http://x"', '"shop"', '"inputs"']) {
      expect(after).toContain(kept);
    }
    expect(readFileSync(file('.vscode/mcp.json.backup'), 'utf8')).toBe(before);
  });

  it('keeps comments of TOML, and replaces an existing table', async () => {
    mkdirSync(file('.codex'), { recursive: true });
    const before =
      '# mine\nmodel = "x"\n\n[mcp_servers.shop]\nurl = "http://old"\n\n[mcp_servers.other]\nurl = "http://other" # keep\n';
    writeFileSync(file('.codex/config.toml'), before);
    await write('codex', '--token');
    const after = readFileSync(file('.codex/config.toml'), 'utf8');
    for (const kept of ['# mine', '# keep', 'url = "https://shop.example/mcp"', 'SHOP_TOKEN']) {
      expect(after).toContain(kept);
    }
    expect(after).not.toContain('http://old');
  });

  it('keeps comments of YAML', async () => {
    mkdirSync(file('.config/goose'), { recursive: true });
    writeFileSync(
      file('.config/goose/config.yaml'),
      '# mine\nextensions:\n  other: # keep\n    enabled: true\n',
    );
    await write('goose');
    const after = readFileSync(file('.config/goose/config.yaml'), 'utf8');
    for (const kept of ['# mine', '# keep', 'shop:', 'streamable_http'])
      expect(after).toContain(kept);
  });

  it.each([
    ['zed', '.zed/settings.json', '{ "context_servers": '],
    ['codex', '.codex/config.toml', '[mcp_servers\n'],
  ])('leaves a file of %s unchanged that cannot be parsed', async (client, path, broken) => {
    mkdirSync(join(file(path), '..'), { recursive: true });
    writeFileSync(file(path), broken);
    const run = await write(client);
    expect([run.code, run.stderr.includes('Nothing was written')]).toEqual([1, true]);
    expect(readFileSync(file(path), 'utf8')).toBe(broken);
  });

  it('reports what a client does not support, and lists the supported clients', async () => {
    expect(await write('codex', '--sse')).toMatchObject({ code: 1, stdout: '' });
    const unknown = await write('emacs');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('claude-code, claude-desktop, cursor');
  });

  it('changes no character of other entries, whatever their form', async () => {
    mkdirSync(file('.gemini'), { recursive: true });
    const other = '    "other": {"command": "npx", "args": ["-y",  "other"]} // keep\r\n';
    const before = `{\r\n  "mcpServers": {\r\n${other}  },\r\n  "theme": {"dark":true}\r\n}\r\n`;
    writeFileSync(file('.gemini/settings.json'), before);
    await write('gemini-cli');
    expect(readFileSync(file('.gemini/settings.json'), 'utf8')).toBe(
      before.replace(
        '} // keep\r\n',
        '}, // keep\r\n    "shop": {\r\n      "type": "http",\r\n      "url": "https://shop.example/mcp"\r\n    }\r\n',
      ),
    );
  });

  it('keeps the form of TOML around a table that it replaces, and of YAML around a new entry', async () => {
    const table = (url: string) => `[mcp_servers.shop]\nurl = "${url}"\n`;
    const toml = (url: string) =>
      `# first\n${table(url)}\n# of the other one\n[mcp_servers.other]\nurl   = 'x'\n`;
    writeFileSync(file('.codex/config.toml'), toml('http://old'));
    await write('codex');
    expect(readFileSync(file('.codex/config.toml'), 'utf8')).toBe(toml('https://shop.example/mcp'));

    const before = `extensions:\n    other: {enabled:   true}\n    long: ${'word '.repeat(40)}\n\nmodel:  'x'\n`;
    writeFileSync(file('.config/goose/config.yaml'), before);
    await write('goose');
    const after = readFileSync(file('.config/goose/config.yaml'), 'utf8');
    const lines = after.split('\n');
    expect(before.split('\n').filter((line) => !lines.includes(line))).toEqual([]);
    expect(parseYaml(after)).toMatchObject({
      extensions: { other: { enabled: true }, shop: { uri: 'https://shop.example/mcp' } },
      model: 'x',
    });
  });

  it('keeps the original, also when it writes more than once', async () => {
    const original = '{ "mcpServers": {} }\n';
    mkdirSync(file('.cursor'), { recursive: true });
    writeFileSync(file('.cursor/mcp.json'), original);
    await write('cursor');
    const second = await write('cursor', '--token');
    expect(readFileSync(file('.cursor/mcp.json.backup'), 'utf8')).toBe(original);
    expect(readFileSync(file('.cursor/mcp.json.backup.2'), 'utf8')).toContain('shop.example');
    expect(second.stderr).toMatch(/kept in .*\.cursor\/mcp\.json\.backup\.2\.$/m);
  });

  it.each(['localhost:3000/mcp', 'ftp://shop.example/mcp', 'shop'])(
    'refuses a URL without a scheme of HTTP: %s',
    async (url) => {
      const run = await program.run(['config', 'windsurf', '--url', url, '--write']);
      expect([run.code, run.stderr]).toEqual([2, `--url must be an http(s) URL, not "${url}".\n`]);
      expect(existsSync(file('.codeium'))).toBe(false);
    },
  );
});

describe('nestjs-mcp config of a server over stdio', () => {
  const command = 'node --env-file=.env dist/main.js --stdio';
  const args = (client: string, ...more: string[]) =>
    ['config', client, '--name', 'shop', '--command', command, ...more] as const;
  const file = (path: string) => join(program.folder, path);

  beforeAll(() => {
    mkdirSync(file('dist'), { recursive: true });
    for (const path of ['dist/main.js', '.env', 'node']) writeFileSync(file(path), '');
  });

  it.each([
    ['windsurf', '.codeium/windsurf/mcp_config.json'],
    ['cursor', '.cursor/mcp.json', '--user'],
  ])(
    'names files by their whole path in a file of %s outside the project',
    async (client, path, ...more) => {
      const run = await program.run([...args(client, ...more), '--write']);
      const { mcpServers } = JSON.parse(readFileSync(file(path), 'utf8')) as Configuration;
      expect(mcpServers.shop).toMatchObject({
        command: 'node',
        args: [`--env-file=${file('.env')}`, file('dist/main.js'), '--stdio'],
      });
      expect(run.stderr).toContain(`dist/main.js is written as ${file('dist/main.js')}: `);
    },
  );

  it('leaves the paths as they are in a file of the project', async () => {
    const run = await program.run([...args('claude-code'), '--json']);
    expect(JSON.parse(run.stdout)).toMatchObject({
      entry: { command: 'node', args: ['--env-file=.env', 'dist/main.js', '--stdio'] },
    });
    expect(run.stderr).toBe('');
  });
});

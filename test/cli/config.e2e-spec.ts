import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledProgram, type Program } from './program.js';

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
});

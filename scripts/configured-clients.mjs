// The files that `nestjs-mcp config --write` makes for Claude Code, Gemini CLI and Codex are read by these programs themselves, and the first
// two connect with them. Run `npm run build` first. The programs take 900 MB, so this is no part of `.ci/run`.
import { deepStrictEqual, match, doesNotMatch } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './bounded-program.mjs';
import { bundleCli } from './bundle-cli.mjs';
import { Checks } from './checks.mjs';
import { startServer } from './server-process.mjs';
import { installAside, nodeAside } from './tools-aside.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/src/main.js');
const local = join(root, 'scripts/clients/local-server.mjs');
const token = 'a-token-of-the-configured-clients';
const timeout = 120_000;
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'configured-clients-')));
const project = join(scratch, 'project');
const home = join(scratch, 'home');
const checks = new Checks();

/** `trust`: what the program's user says once in a dialog, so that it uses the files of a project. */
const readers = {
  'claude-code': {
    package: ['@anthropic-ai/claude-code', '2.1.332'],
    program: 'cli-wrapper.cjs',
    trust: {
      '.claude.json': {
        projects: {
          [project]: {
            hasTrustDialogAccepted: true,
            enabledMcpjsonServers: ['shop', 'events', 'local'],
          },
        },
      },
    },
    names: ['shop', 'events', 'local'],
    check: connects,
  },
  'gemini-cli': {
    package: ['@google/gemini-cli', '0.61.0'],
    program: 'bundle/gemini.js',
    trust: { '.gemini/trustedFolders.json': { [project]: 'TRUST_FOLDER' } },
    names: ['shop', 'events', 'local'],
    check: connects,
  },
  codex: {
    package: ['@openai/codex', '0.171.0'],
    program: 'bin/codex.js',
    trust: { '.codex/config.toml': `[projects."${project}"]\ntrust_level = "trusted"\n` },
    names: ['shop', 'local'],
    check: codexReads,
  },
};

let server;
try {
  for (const folder of [project, home]) mkdirSync(folder);
  const cli = join(root, 'node_modules/.cache/bundle-cli/nestjs-mcp.mjs');
  await bundleCli(cli);
  const env = { PORT: '0', HOST: '127.0.0.1', NO_COLOR: '1', NODE_ENV: 'test', MCP_TOKENS: token };
  server = startServer(process.execPath, [main], { cwd: root, env });
  const [, origin] = await server.until(/Listening on (http:\S+)/);
  for (const [client, reader] of Object.entries(readers)) {
    const places = {
      shop: ['--url', `${origin}/mcp`, '--token', 'SHOP_TOKEN'],
      events: ['--url', `${origin}/sse`, '--token', 'SHOP_TOKEN'],
      local: ['--command', `node ${local} --stdio`, '--env', 'SHOP_PLACE'],
    };
    for (const name of reader.names) {
      const words = ['config', client, '--name', name, ...places[name], '--write'];
      await run(process.execPath, [cli, ...words]);
    }
    await checks.run(`${client}: ${reader.package.join('@')} reads its file`, async () => {
      const directory = await installAside(...reader.package);
      trust(reader.trust);
      await reader.check(join(directory, reader.program), origin);
    });
  }
} finally {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
console.log('not read by their own programs, which npm does not have: claude-desktop, cursor,');
console.log('vscode, windsurf, zed, goose (libs/mcp/src/clients/configure-client.spec.ts)');
checks.summarize();

function trust(files) {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(home, file, '..'), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(home, file), text);
  }
}

/** The program finds all three servers, with the token in the header, and none of those over HTTP with another token. */
async function connects(program) {
  const listed = await list(program, token);
  for (const name of ['shop', 'events', 'local']) {
    match(listed, new RegExp(`${name}: .*Connected$`, 'm'));
  }
  const refused = await list(program, 'wrong');
  doesNotMatch(refused, /(shop|events): .*[✓✔] Connected$/m);
  match(refused, /local: .*Connected$/m);
}

/** Claude Code lists on stdout, Gemini CLI on stderr. */
async function list(program, bearer) {
  const words = [await nodeAside(), program, 'mcp', 'list'];
  return run('sh', ['-c', '"$@" 2>&1', 'sh', ...words], { SHOP_TOKEN: bearer });
}

/** The program connects only in a conversation: here it says what it has read. */
async function codexReads(program, origin) {
  const listed = await run(await nodeAside(), [program, 'mcp', 'list', '--json']);
  const found = Object.fromEntries(
    JSON.parse(listed).map(({ name, enabled, transport }) => [name, { enabled, ...transport }]),
  );
  deepStrictEqual([found.shop.enabled, found.local.enabled], [true, true]);
  const { type, url, bearer_token_env_var: variable } = found.shop;
  deepStrictEqual([type, url, variable], ['streamable_http', `${origin}/mcp`, 'SHOP_TOKEN']);
  const { command, args, env_vars: variables } = found.local;
  deepStrictEqual([command, args, variables], ['node', [local, '--stdio'], ['SHOP_PLACE']]);
}

function run(command, args, extra = {}) {
  const env = { HOME: home, USERPROFILE: home, NO_COLOR: '1', SHOP_PLACE: 'filled in', ...extra };
  // Gemini CLI leaves the server over stdio that it has started.
  return runToEnd(command, args, { cwd: project, env, timeout, mayLeave: true });
}

// Lets clients of other makers use the built reference app over every transport. Run `npm run build` first.
// They are heavy and need a newer Node than the project: neither they nor that Node are dependencies.
import { deepStrictEqual, match, ok, rejects } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './bounded-program.mjs';
import { Checks } from './checks.mjs';
import { startServer } from './server-process.mjs';
import { installAside, nodeAside } from './tools-aside.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const clientTimeout = 60_000;
const token = 'a-token-of-the-real-clients';
const legacy = { 'Streamable HTTP': '/mcp', 'HTTP+SSE': '/sse' };
const both = { ...legacy, 'Streamable HTTP, modern': '/mcp' };

/** `refused`: how the client says that its token was not accepted. mcp-remote would open a browser instead. */
const clients = [
  {
    name: '@ai-sdk/mcp',
    version: '2.0.99',
    program: 'ai-sdk',
    ways: both,
    refused: /statusCode: 401/,
  },
  {
    name: '@modelcontextprotocol/inspector',
    version: '2.12.0',
    program: 'inspector',
    ways: both,
    refused: /"code":"auth_required"/,
  },
  { name: 'mcp-remote', version: '0.15.1', program: 'mcp-remote', ways: legacy },
];

const checks = new Checks();
const home = mkdtempSync(join(tmpdir(), 'real-clients-'));
try {
  const node = await checks.run('a Node that the clients can use is installed', nodeAside);
  for (const client of node === undefined ? [] : clients) {
    client.directory = await checks.run(`${client.name} ${client.version} is installed`, () =>
      installAside(client.name, client.version),
    );
  }
  const installed = clients.filter(({ directory }) => directory !== undefined);
  await withApp('the open app', {}, async (origin) => {
    for (const client of installed) await useEveryWay(node, client, origin);
  });
  await withApp('the guarded app', { MCP_TOKENS: token }, async (origin) => {
    for (const client of installed) {
      await useEveryWay(node, client, origin, token);
      if (client.refused) await refuseEveryWay(node, client, origin);
    }
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
checks.summarize();

async function withApp(title, environment, use) {
  const env = { PORT: '0', HOST: '127.0.0.1', NO_COLOR: '1', NODE_ENV: 'test', ...environment };
  const server = startServer(process.execPath, ['dist/src/main.js'], { cwd: root, env });
  const origin = await checks.run(`${title}: boots`, async () => {
    const [, url] = await server.until(/Listening on (http:\S+)/);
    return url;
  });
  if (origin === undefined) return;
  await use(origin);
  await checks.run(`${title}: stops, and leaves nothing behind`, () => server.stop());
}

async function useEveryWay(node, client, origin, bearer) {
  for (const [way, path] of Object.entries(client.ways)) {
    const how = `${client.name} over ${way}${bearer === undefined ? '' : ', with a token'}`;
    await checks.run(`${how}: lists, calls, reads and prompts`, async () => {
      const printed = await start(node, client, { way, url: origin + path, token: bearer });
      const { revision, tools, content, contents, messages } = JSON.parse(printed);
      deepStrictEqual(revision, way.endsWith('modern') ? '2026-07-28' : '2025-11-25');
      ok(
        tools.some(({ name }) => name === 'echo_tool'),
        printed,
      );
      deepStrictEqual(content, [{ type: 'text', text: 'Tool echo: hello' }]);
      deepStrictEqual(contents[0].text, 'Resource echo: hello');
      match(messages[0].content.text, /hello/);
    });
  }
}

async function refuseEveryWay(node, client, origin) {
  for (const [way, path] of Object.entries(client.ways)) {
    await checks.run(`${client.name} over ${way}, with a wrong token: is refused`, () =>
      rejects(start(node, client, { way, url: origin + path, token: 'wrong' }), client.refused),
    );
  }
}

/** What the client keeps between runs goes into a home of this run's own. */
function start(node, { program, directory }, task) {
  const script = join(root, 'scripts/clients', `${program}.mjs`);
  return runToEnd(node, [script, JSON.stringify({ directory, ...task })], {
    cwd: home,
    env: { HOME: home, USERPROFILE: home, NO_COLOR: '1' },
    timeout: clientTimeout,
  });
}

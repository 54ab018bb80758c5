// Starts the reference app as its users do and speaks with it over every transport. Run `npm run build` first.
import { deepStrictEqual, ok } from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Checks } from './checks.mjs';
import { freePort, listening } from './free-port.mjs';
import { httpTransports, stdioTransport, withClient } from './mcp-client.mjs';
import { cleanEnvironment, startServer } from './server-process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = [process.execPath, ['dist/src/main.js']];
const started = /application successfully started/;
const checks = new Checks();
const token = 'a-token-of-the-smoke-test';

await withApp('npm start', ['npm', ['start']], {}, async (origin) => {
  await checks.run('npm start: GET /health says ok', () => health(origin));
});

const main = join(root, 'src/main.ts');
const source = readFileSync(main);
try {
  await withApp('npm run start:dev', ['npm', ['run', 'start:dev']], {}, async (origin, server) => {
    await checks.run(
      'npm run start:dev: reloads while a client is connected over SSE',
      async () => {
        const stream = await fetch(`${origin}/sse`, { headers: { accept: 'text/event-stream' } });
        deepStrictEqual(stream.status, 200);
        appendFileSync(main, '\n');
        await server.until(new RegExp(`${started.source}[^]*${started.source}`));
        await listening(Number(new URL(origin).port));
        await health(origin);
        await stream.body.cancel().catch(() => undefined);
      },
    );
  });
} finally {
  writeFileSync(main, source);
}

await withApp('the built app', built, {}, async (origin) => {
  await checks.run('the built app: GET /health says ok', () => health(origin));
  await checks.run('the built app: GET /health/mcp makes a round trip', async () => {
    const { info } = await getJson(`${origin}/health/mcp`);
    deepStrictEqual(info.mcp.status, 'up');
    ok(info.mcp.tools > 0 && info.mcp.resources > 0 && info.mcp.prompts > 0, JSON.stringify(info));
  });
  await checks.run('the built app: GET /tools lists what a client would see', async () => {
    const { tools } = await getJson(`${origin}/tools`);
    const listed = await withClient(httpTransports['Streamable HTTP'](origin), (client) =>
      client.listTools(),
    );
    deepStrictEqual(tools.map(({ name }) => name).toSorted(), namesOf(listed.tools));
  });
  for (const [way, transport] of Object.entries(httpTransports)) {
    await checks.run(`the built app: every kind of primitive answers over ${way}`, () =>
      withClient(transport(origin), useEveryKind),
    );
  }
});

await checks.run('the built app: every kind of primitive answers over stdio', () => {
  const [command, args] = built;
  const env = cleanEnvironment();
  return withClient(
    stdioTransport({ command, args: args.concat('--stdio'), cwd: root, env, stderr: 'ignore' }),
    useEveryKind,
  );
});

await withApp('the guarded app', built, { MCP_TOKENS: token }, async (origin) => {
  for (const path of ['/mcp', '/sse', '/tools']) {
    await checks.run(`the guarded app: ${path} answers 401 without a token`, async () => {
      const response = await fetch(origin + path, { headers: { accept: 'text/event-stream' } });
      await response.body?.cancel();
      deepStrictEqual(response.status, 401);
    });
  }
  await checks.run('the guarded app: GET /health stays open', () => health(origin));
  await checks.run('the guarded app: /tools answers with a token', () =>
    getJson(`${origin}/tools`, { authorization: `Bearer ${token}` }),
  );
});

checks.summarize();

async function withApp(title, [command, args], environment, use) {
  const port = await freePort();
  const env = { PORT: String(port), HOST: '127.0.0.1', NO_COLOR: '1', ...environment };
  const server = startServer(command, args, { cwd: root, env });
  const origin = await checks.run(`${title}: boots`, async () => {
    await server.until(started);
    await listening(port);
    return `http://127.0.0.1:${port}`;
  });
  if (origin === undefined) return;
  await use(origin, server);
  await checks.run(
    `${title}: stops on SIGTERM with streams open, and leaves nothing behind`,
    async () => {
      const headers = { authorization: `Bearer ${token}` };
      const streams = await Promise.all([1, 2, 3].map(() => fetch(`${origin}/sse`, { headers })));
      const ended = Promise.allSettled(streams.map((stream) => stream.text()));
      await server.stop();
      await ended;
    },
  );
}

async function useEveryKind(client) {
  const { tools } = await client.listTools();
  ok(namesOf(tools).includes('echo_tool'), JSON.stringify(namesOf(tools)));
  const echo = await client.callTool({ name: 'echo_tool', arguments: { message: 'hello' } });
  deepStrictEqual(echo.content, [{ type: 'text', text: 'Tool echo: hello' }]);

  const { contents } = await client.readResource({ uri: 'echo://hello' });
  deepStrictEqual(contents[0].text, 'Resource echo: hello');

  const { prompts } = await client.listPrompts();
  ok(namesOf(prompts).includes('echo_prompt'), JSON.stringify(namesOf(prompts)));
  const { messages } = await client.getPrompt({
    name: 'echo_prompt',
    arguments: { message: 'hello' },
  });
  ok(messages[0].content.text.includes('hello'), JSON.stringify(messages));
}

function namesOf(definitions) {
  return definitions.map(({ name }) => name).toSorted();
}

async function health(origin) {
  const { status } = await getJson(`${origin}/health`);
  deepStrictEqual(status, 'ok');
}

async function getJson(url, headers = {}) {
  const response = await fetch(url, { headers });
  const body = await response.text();
  deepStrictEqual(response.status, 200, body);
  return JSON.parse(body);
}

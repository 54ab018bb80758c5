// Builds the applications of examples/, starts each as its page says, as a process or as three, and calls it by the SDK's own client.
import { deepStrictEqual, match } from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Checks } from './checks.mjs';
import { freePort, listening } from './free-port.mjs';
import { stdioTransport, withClient } from './mcp-client.mjs';
import { run } from './run-command.mjs';
import { startServer } from './server-process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const checks = new Checks();
const mainOf = (example) => join(root, 'examples/dist/examples', example, 'main.js');

await checks.run('the examples build', () =>
  run(join(root, 'node_modules/.bin/nest'), ['build', 'stdio'], root),
);
await checks.run('decorate-a-service', async () => {
  const { url, stop } = await start('decorate-a-service');
  await withClient(over(url), async (client) => {
    deepStrictEqual(await toolsOf(client), ['find_notes', 'write_note']);
    const { structuredContent } = await client.callTool({
      name: 'write_note',
      arguments: { title: 'Buy milk' },
    });
    const rest = await fetch(new URL('/notes/1', url));
    deepStrictEqual(await rest.json(), structuredContent);
  });
  await stop();
});
await checks.run('controllers-as-tools', async () => {
  const { url, stop } = await start('controllers-as-tools');
  await withClient(over(url, { 'x-team-key': 'let-me-in' }), async (client) => {
    const created = { name: 'create_task', arguments: { title: 'Water the plants' } };
    const { isError = false } = await client.callTool(created);
    deepStrictEqual(isError, false);
  });
  await stop();
});
await checks.run('passport-and-roles', async () => {
  const { url, server, stop } = await start('passport-and-roles');
  const [, ada, grace] = await server.until(/^ADA=(\S+)\nGRACE=(\S+)$/m);
  const bearer = (token) => over(url, { authorization: `Bearer ${token}` });
  deepStrictEqual(await withClient(bearer(ada), toolsOf), ['my_salary']);
  deepStrictEqual(await withClient(bearer(grace), toolsOf), ['my_salary', 'raise_salary']);
  await stop();
});
await checks.run('several-servers', async () => {
  const { url, stop } = await start('several-servers');
  deepStrictEqual(await withClient(over(url), toolsOf), ['pieces_left']);
  const office = over(new URL('/back-office/mcp', url), { authorization: 'Bearer office-token' });
  deepStrictEqual(await withClient(office, toolsOf), [
    'add_pieces',
    'pieces_left',
    'tools_of_shop',
  ]);
  await stop();
});
await checks.run('three-processes', async () => {
  const port = String(await freePort());
  const redis = startServer('redis-server', ['--port', port, '--save', ''], { cwd: root });
  await redis.until(/Ready to accept connections/);
  const env = { REDIS_URL: `redis://127.0.0.1:${port}` };
  const three = [1, 2, 3].map(() => start('three-processes', env));
  const processes = await Promise.all(three);
  let requests = 0;
  const balance = (input, init) => {
    const url = new URL(input);
    url.port = new URL(processes[requests++ % processes.length].url).port;
    return fetch(url, init);
  };
  await withClient(over(processes[0].url, {}, balance), async (client) => {
    const count = async () => (await client.callTool({ name: 'count' })).content[0].text;
    const answers = new Set();
    for (let call = 0; call < 6; call += 1) answers.add(await count());
    deepStrictEqual(answers.size, 3);
    await processes.shift().stop();
    match(await count(), /^counted by the process/);
  });
  for (const { stop } of processes) await stop();
  await redis.stop();
});
await checks.run('stdio', async () => {
  const transport = stdioTransport({
    command: process.execPath,
    args: [mainOf('stdio')],
    stderr: 'ignore',
  });
  const { content } = await withClient(transport, (client) =>
    client.callTool({ name: 'roll', arguments: { sides: 6 } }),
  );
  match(content[0].text, /^[1-6]$/);
});
checks.summarize();

/** One process of an example, on a port of its own. */
async function start(example, environment = {}) {
  const port = await freePort();
  const env = { PORT: String(port), NO_COLOR: '1', ...environment };
  const server = startServer(process.execPath, [mainOf(example)], { cwd: root, env });
  await server.until(/Nest application successfully started/);
  await listening(port);
  return { server, url: new URL(`http://localhost:${port}/mcp`), stop: () => server.stop() };
}

function over(url, headers = {}, fetch) {
  return new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers }, fetch });
}

async function toolsOf(client) {
  const { tools } = await client.listTools();
  return tools.map(({ name }) => name).toSorted();
}

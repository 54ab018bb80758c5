// The tools of the reference app and of the conformance app as packages of other makers hand them to model providers: each takes all
// of them, and what it would send keeps the provider's rules. No provider is asked. Run `npm run build` first.
import { deepStrictEqual } from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './bounded-program.mjs';
import { Checks } from './checks.mjs';
import { refusalsOf } from './converters/provider-rules.mjs';
import { freePort, listening } from './free-port.mjs';
import { httpTransports, withClient } from './mcp-client.mjs';
import { startServer } from './server-process.mjs';
import { installTogether, nodeAside } from './tools-aside.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = {
  '@langchain/core': '1.4.0',
  '@langchain/google-genai': '2.3.2',
  '@langchain/openai': '1.6.0',
  ai: '7.0.173',
  '@ai-sdk/google': '4.0.121',
  '@ai-sdk/openai': '4.0.118',
  genkit: '1.42.0',
  '@genkit-ai/google-genai': '1.42.0',
};
const converters = Object.keys(packages).filter((name) => /google|openai/.test(name));
const servers = {
  'the reference app': [process.execPath, ['dist/src/main.js']],
  'the conformance app': ['npm', ['run', 'start:conformance']],
};
/** The official suite prescribes their schemas, with keywords that providers refuse. */
const prescribed = ['json_schema_2020_12_tool', 'test_x_mcp_header'];

const checks = new Checks();
const node = await nodeAside();
const directory = await checks.run('the converters are installed', () =>
  installTogether('converters', packages),
);
if (directory !== undefined) {
  const programs = fileURLToPath(new URL('converters/programs.mjs', import.meta.url));
  cpSync(programs, join(directory, 'programs.mjs'));
  for (const [title, command] of Object.entries(servers)) {
    const tools = await checks.run(`${title} lists its tools`, () => listTools(command));
    for (const converter of tools === undefined ? [] : converters) {
      await checks.run(`${converter} takes all tools of ${title}`, () => convert(converter, tools));
    }
  }
}
checks.summarize();

async function listTools([command, args]) {
  const port = await freePort();
  const server = startServer(command, args, { cwd: root, env: { PORT: String(port) } });
  try {
    await server.until(/application successfully started/);
    await listening(port);
    const transport = httpTransports['Streamable HTTP'](`http://127.0.0.1:${port}`);
    const { tools } = await withClient(transport, (client) => client.listTools());
    return tools.filter(({ name }) => !prescribed.includes(name));
  } finally {
    await server.stop();
  }
}

async function convert(converter, tools) {
  const toolsFile = join(directory, 'tools.json');
  writeFileSync(toolsFile, JSON.stringify(tools));
  const printed = await runToEnd(node, ['programs.mjs', JSON.stringify({ converter, toolsFile })], {
    cwd: directory,
    timeout: 60_000,
  });
  const { requests, failure } = JSON.parse(printed.trim().split('\n').at(-1));
  if (failure !== undefined) throw new Error(failure);
  const { names, refusals } = refusalsOf(requests[0]);
  deepStrictEqual(
    names,
    tools.map(({ name }) => name),
  );
  deepStrictEqual(refusals, []);
}

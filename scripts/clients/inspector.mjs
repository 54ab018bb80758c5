// Runs the inspector's command line once for each method; prints what it showed of the reference app, as JSON.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const { directory, url, way, token } = JSON.parse(process.argv[2]);

const launcher = join(directory, 'clients/launcher/build/index.js');
const transport = way.startsWith('HTTP+SSE') ? 'sse' : 'http';
const era = way.endsWith('modern') ? 'modern' : 'legacy';
const connection = ['--cli', url, '--transport', transport, '--protocol-era', era];
const headers = token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`];
const output = ['--format', 'json', '--quiet', '--stored-auth-only'];

const { tools } = await show('tools/list', ['--strict']);
const echo = ['--tool-name', 'echo_tool', '--tool-arg', 'message=hello'];
const { content, _meta: meta = {} } = await show('tools/call', echo);
const { contents } = await show('resources/read', ['--uri', 'echo://hello']);
const prompt = ['--prompt-name', 'echo_prompt', '--prompt-args', 'message=hello'];
const { messages } = await show('prompts/get', prompt);
// It does not print the revision; only the modern one names the server in every result.
const revision = 'io.modelcontextprotocol/serverInfo' in meta ? '2026-07-28' : '2025-11-25';
console.log(JSON.stringify({ revision, tools, content, contents, messages }));

/** One run of the command line. `--strict` makes it fail on schemas that its authors hold to be wrong. */
async function show(method, options) {
  const args = [launcher, ...connection, '--method', method, ...options, ...output, ...headers];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout).result;
}

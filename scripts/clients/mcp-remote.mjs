// Speaks through mcp-remote, as a host that knows stdio alone; prints what came of the reference app, as JSON.
import { join } from 'node:path';
import { stdioTransport, withClient } from '../mcp-client.mjs';

const { directory, url, way, token } = JSON.parse(process.argv[2]);
const strategy = way.startsWith('HTTP+SSE') ? 'sse-only' : 'http-only';
const connection = [join(directory, 'dist/proxy.js'), url, '--transport', strategy];
// It takes the header's value from its own environment.
const header = ['--header', 'Authorization:${AUTHORIZATION}'];
const transport = stdioTransport({
  command: process.execPath,
  args: token === undefined ? connection : [...connection, ...header],
  env: token === undefined ? process.env : { ...process.env, AUTHORIZATION: `Bearer ${token}` },
});
let revision;
transport.setProtocolVersion = (version) => {
  revision = version;
};
await withClient(transport, async (client) => {
  const { tools } = await client.listTools();
  const { content } = await client.callTool({
    name: 'echo_tool',
    arguments: { message: 'hello' },
  });
  const { contents } = await client.readResource({ uri: 'echo://hello' });
  const { messages } = await client.getPrompt({
    name: 'echo_prompt',
    arguments: { message: 'hello' },
  });
  console.log(JSON.stringify({ revision, tools, content, contents, messages }));
});

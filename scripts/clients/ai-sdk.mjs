// Uses @ai-sdk/mcp as its users do; prints what it saw of the reference app, as JSON.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { directory, url, way, token } = JSON.parse(process.argv[2]);
const { createMCPClient } = await import(pathToFileURL(join(directory, 'dist/index.js')).href);

const client = await createMCPClient({
  transport: {
    type: way.startsWith('HTTP+SSE') ? 'sse' : 'http',
    url,
    ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
  },
  protocolVersionDiscovery: way.endsWith('modern'),
});
try {
  const { tools } = await client.listTools();
  const { echo_tool: echoTool } = await client.tools();
  const call = { toolCallId: 'one', messages: [] };
  const { content } = await echoTool.execute({ message: 'hello' }, call);
  const { contents } = await client.readResource({ uri: 'echo://hello' });
  const { messages } = await client.getPrompt({
    name: 'echo_prompt',
    arguments: { message: 'hello' },
  });
  const { protocolVersion: revision } = client.initializeResult;
  console.log(JSON.stringify({ revision, tools, content, contents, messages }));
} finally {
  await client.close();
}

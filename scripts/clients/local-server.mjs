// A server over stdio that is there at once: Gemini CLI waits five seconds for one. It ends unless its client has filled in SHOP_PLACE.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

if (process.env.SHOP_PLACE !== 'filled in') throw new Error('SHOP_PLACE is not filled in');
await new McpServer({ name: 'local', version: '1.0.0' }).connect(new StdioServerTransport());

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { McpTestClient, McpTestTool } from 'nestjs-mcp/testing';

/** A `tools/call` of the SDK's client, with a complete result. */
export async function call(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: input })) as CallToolResult;
}

/** The text of a result of the SDK's client with a single text block. */
export function textOf({ content }: CallToolResult): string {
  const [block, ...others] = content;
  if (block?.type !== 'text' || others.length > 0) {
    throw new Error(`not one text: ${JSON.stringify(content)}`);
  }
  return block.text;
}

/** The definition of a tool in the client's list. */
export async function toolOf(client: McpTestClient, name: string): Promise<McpTestTool> {
  const tools = await client.listTools();
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`no tool ${name} among ${tools.map((one) => one.name).join(', ')}`);
  return tool;
}

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';

export const primitives = ['tool', 'resource', 'prompt'] as const;
export type Primitive = (typeof primitives)[number];

/** What a client reads, of whichever primitive. */
export interface Reading {
  readonly text: string;
  readonly failed: boolean;
}

/** Calls a primitive that takes a word. */
export async function callPrimitive(
  client: Client,
  primitive: Primitive,
  name: string,
  word: string,
): Promise<Reading> {
  try {
    if (primitive === 'tool') {
      const result = await client.callTool({ name, arguments: { word } });
      const [block] = result.content as { text: string }[];
      return { text: block?.text ?? '', failed: result.isError === true };
    }
    if (primitive === 'resource') {
      const { contents } = await client.readResource({ uri: `cell://${name}/${word}` });
      return { text: (contents[0] as { text: string }).text, failed: false };
    }
    const { messages } = await client.getPrompt({ name, arguments: { word } });
    return { text: (messages[0] as { content: { text: string } }).content.text, failed: false };
  } catch (error) {
    return { text: (error as Error).message.replace(/^MCP error -\d+: /, ''), failed: true };
  }
}

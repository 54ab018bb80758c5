import type { connectInMemory } from '../transports/in-memory/connect-in-memory.js';
import type { McpServerCounts } from './mcp-server-ref.js';

type ClientEnd = Awaited<ReturnType<typeof connectInMemory>>;

const answerTimeout = 5_000;

/** Connects an in-memory client: handshake, lists, end. Rejects if an answer is missing. */
export async function checkServer(
  connect: () => Promise<ClientEnd>,
  sessions: { readonly count: number },
): Promise<McpServerCounts> {
  const open = sessions.count;
  const client = await connect();
  try {
    await request(client, 'initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'nestjs-mcp-health', version: '1' },
    });
    const [tools, fixed, templates, prompts] = [
      await request(client, 'tools/list'),
      await request(client, 'resources/list'),
      await request(client, 'resources/templates/list'),
      await request(client, 'prompts/list'),
    ];
    return {
      tools: lengthOf(tools.tools),
      resources: lengthOf(fixed.resources) + lengthOf(templates.resourceTemplates),
      prompts: lengthOf(prompts.prompts),
      sessions: open,
    };
  } finally {
    await client.close();
  }
}

function request(
  client: ClientEnd,
  method: string,
  params: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${method} was not answered within ${answerTimeout} ms`)),
      answerTimeout,
    );
    client.onmessage = (message) => {
      clearTimeout(timer);
      if ('result' in message) resolve(message.result);
      else reject(new Error(`${method} was answered with an error`));
    };
    client.send({ jsonrpc: '2.0', id: method, method, params }).catch(reject);
  });
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

import { Readable, Writable } from 'node:stream';
import {
  Client as NextClient,
  StreamableHTTPClientTransport as NextHttp,
  type Transport as NextTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  type JSONRPCMessage,
} from '@modelcontextprotocol/sdk/types.js';
import type { Story } from './story.app.js';

type Params = Record<string, unknown>;

/** What a client answers, and what it declares accordingly. */
export interface Answers {
  elicit?: (params: Params) => Params;
  sample?: (params: Params) => Params;
  roots?: () => Params;
}

interface Connection {
  readonly call: (name: string, input?: Params) => Promise<{ content: unknown; isError?: boolean }>;
  readonly close: () => Promise<void>;
}

/** What both SDKs' clients have in common, as far as the stories use it. */
export type StoryClient = Connection & {
  readonly client: Pick<NextClient, 'readResource' | 'getPrompt' | 'complete' | 'listTools'>;
};

/** A transport, and a client that uses it. */
export interface Way {
  readonly name: string;
  readonly era: 'legacy' | 'modern';
  readonly connect: (story: Story, answers?: Answers) => Promise<StoryClient>;
}

/** One line, one message: what a client that has started the server speaks on. */
class Pipes implements Transport {
  onclose?: () => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private rest = '';

  constructor(
    private readonly input: Writable,
    private readonly output: Readable,
  ) {}

  async start(): Promise<void> {
    this.output.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (this.rest + chunk).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.onmessage?.(JSON.parse(line) as JSONRPCMessage);
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.input.write(`${JSON.stringify(message)}\n`);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }
}

function capabilitiesOf(answers: Answers) {
  return {
    ...(answers.elicit && { elicitation: { form: {}, url: {} } }),
    ...(answers.sample && { sampling: {} }),
    ...(answers.roots && { roots: {} }),
  };
}

/** The client of SDK 1, over a transport of its own. */
export async function connectLegacy(
  transport: Transport,
  answers: Answers = {},
): Promise<StoryClient & { readonly legacy: Client }> {
  const client = new Client(
    { name: 'legacy', version: '1' },
    { capabilities: capabilitiesOf(answers) },
  );
  const { elicit, sample, roots } = answers;
  if (elicit)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => elicit(params) as never);
  if (sample)
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => sample(params) as never);
  if (roots) client.setRequestHandler(ListRootsRequestSchema, () => roots() as never);
  await client.connect(transport);
  return {
    legacy: client,
    client: client as never,
    call: (name, input = {}) => client.callTool({ name, arguments: input }) as never,
    close: () => client.close(),
  };
}

/** The client of SDK 2, which speaks the modern revision. */
export async function connectModern(
  transport: NextTransport,
  answers: Answers = {},
): Promise<StoryClient & { readonly modern: NextClient }> {
  const client = new NextClient(
    { name: 'modern', version: '2' },
    {
      capabilities: capabilitiesOf(answers),
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  );
  const { elicit, sample, roots } = answers;
  if (elicit) client.setRequestHandler('elicitation/create', (r) => elicit(r.params) as never);
  if (sample) client.setRequestHandler('sampling/createMessage', (r) => sample(r.params) as never);
  if (roots) client.setRequestHandler('roots/list', () => roots() as never);
  await client.connect(transport);
  return {
    modern: client,
    client,
    call: (name, input = {}) => client.callTool({ name, arguments: input }),
    close: () => client.close(),
  };
}

export const toStreamable = ({ url }: Story) =>
  new StreamableHTTPClientTransport(new URL('/mcp', url));
export const toSse = ({ url }: Story) => new SSEClientTransport(new URL('/sse', url));
export const toPipes = ({ pipes }: Story) => new Pipes(pipes.input, pipes.output);
export const toModern = ({ url }: Story) => new NextHttp(new URL('/mcp', url));

/** Every transport with every era that it has. */
export const ways: readonly Way[] = [
  {
    name: 'Streamable HTTP, 2025-11-25',
    era: 'legacy',
    connect: (story, answers) => connectLegacy(toStreamable(story), answers),
  },
  {
    name: 'HTTP+SSE',
    era: 'legacy',
    connect: (story, answers) => connectLegacy(toSse(story), answers),
  },
  {
    name: 'stdio, 2025-11-25',
    era: 'legacy',
    connect: (story, answers) => connectLegacy(toPipes(story), answers),
  },
  {
    name: 'Streamable HTTP, 2026-07-28',
    era: 'modern',
    connect: (story, answers) => connectModern(toModern(story), answers),
  },
  {
    name: 'stdio, 2026-07-28',
    era: 'modern',
    connect: (story, answers) => connectModern(toPipes(story), answers),
  },
];

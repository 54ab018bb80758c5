import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { JSONRPCMessageSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { hasOfficialSchemas, OfficialSchema } from '../support/official-schemas.js';
import { httpTransport, stdioTransport } from '../support/ways-in.js';
import { startReferenceApp, type ReferenceApp } from './reference-app.js';

let app: ReferenceApp;

beforeAll(async () => {
  app = await startReferenceApp();
  if (!hasOfficialSchemas) {
    process.stderr.write(
      'The official JSON Schemas are not here (MCP_SPEC_SCHEMAS): messages are checked against the SDK only.\n',
    );
  }
});
afterAll(() => app.close());

const waysIn = {
  'HTTP+SSE': () => httpTransport('sse', app.url),
  'Streamable HTTP': () => httpTransport('streamable', app.url),
  stdio: () => stdioTransport({ NODE_ENV: 'test' }),
};
const revisions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const cells = Object.keys(waysIn).flatMap((way) =>
  revisions.map((revision) => [way, revision] as const),
);

/** Asks for one revision, and keeps every message with the method that it answers. */
function record(transport: Transport, revision: string) {
  const asked = new Map<unknown, string>();
  const written: { message: object; method: string | undefined }[] = [];
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if ('method' in message && 'id' in message) asked.set(message.id, message.method);
    if ('method' in message && message.method === 'initialize') {
      Object.assign(message.params as object, { protocolVersion: revision });
    }
    return send(message, options);
  };
  const start = transport.start.bind(transport);
  transport.start = () => {
    const deliver = transport.onmessage;
    transport.onmessage = (message, extra) => {
      const method = 'id' in message ? asked.get(message.id) : undefined;
      written.push({ message, method });
      deliver?.(message, extra);
    };
    return start();
  };
  return written;
}

const open: Client[] = [];
afterEach(() => Promise.all(open.splice(0).map((client) => client.close())));

describe.each(cells)('The messages of the server over %s in revision %s', (way, revision) => {
  it('match the schemas of that revision', async () => {
    const transport = waysIn[way as keyof typeof waysIn]();
    const written = record(transport, revision);
    const client = new Client({ name: 'wire', version: '1.0.0' });
    open.push(client);
    await client.connect(transport);
    await client.listTools();
    await client.listResources();
    await client.listResourceTemplates();
    await client.listPrompts();
    await client.ping();
    await client.setLoggingLevel('debug');
    for (const [name, args] of [
      ['ping', {}],
      ['get_status', {}],
      ['query_product', { limit: 2 }],
      ['query_product', { limit: -1 }],
      ['get_user', { id: 1 }],
    ] as const) {
      await client.callTool({ name, arguments: args });
    }
    await client.callTool({ name: 'reindex', arguments: { batches: 2 } }, undefined, {
      onprogress: () => undefined,
    });
    await client.readResource({ uri: 'data://items' });
    await client.readResource({ uri: 'echo://hello' });
    await client.getPrompt({ name: 'echo_prompt', arguments: { message: 'hello' } });
    await client.callTool({ name: 'no_such_tool' }).catch(() => undefined);

    const [initialized] = written;
    expect(initialized?.message).toMatchObject({ result: { protocolVersion: revision } });
    expect(written.length).toBeGreaterThan(16);
    for (const { message } of written) JSONRPCMessageSchema.parse(message);
    for (const { message, method } of written) {
      if (method === 'tools/list')
        ListToolsResultSchema.parse((message as { result: object }).result);
    }
    if (!hasOfficialSchemas) return;
    const official = new OfficialSchema(revision);
    expect(written.flatMap(({ message, method }) => official.problems(message, method))).toEqual(
      [],
    );
  });
});

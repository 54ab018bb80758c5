import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { httpTransport } from '../support/ways-in.js';
import { send, startReferenceApp, type ReferenceApp } from './reference-app.js';

interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  example?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Parameter {
  name: string;
  required: boolean;
  description?: string;
  schema: Schema;
}

type Content = { content?: Record<string, { schema: Schema }> };

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let running: ReferenceApp;
let client: Client;
let document: Document;
let tools: Tool[];

beforeAll(async () => {
  running = await startReferenceApp();
  document = (await send<Document>(`${running.url}/docs-json`)).body;
  client = new Client({ name: 'reader', version: '1.0.0' });
  await client.connect(httpTransport('streamable', running.url));
  ({ tools } = await client.listTools());
});

afterAll(async () => {
  await client.close();
  await running.close();
});

const operations = (): Operation[] =>
  Object.values(document.paths).flatMap((path) => Object.values(path));

const operation = (id: string): Operation => found(operations(), (one) => one.operationId === id);
const tool = (name: string): Tool => found(tools, (one) => one.name === name);

function found<T>(all: T[], fits: (one: T) => boolean): T {
  const [one, ...others] = all.filter(fits);
  if (one === undefined || others.length > 0) throw new Error(`${others.length} others fit`);
  return one;
}

const jsonOf = ({ content }: Content = {}): Schema | undefined =>
  content?.['application/json']?.schema;

/** Everything a request brings, as one object. */
function inputOf({ parameters, requestBody }: Operation): Schema {
  const body = jsonOf(requestBody);
  const { properties, required = [] } = body ? resolve(body) : {};
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(
        parameters.map(({ name, description, schema }) => [name, { ...schema, description }]),
      ),
      ...properties,
    },
    required: parameters
      .filter((parameter) => parameter.required)
      .map(({ name }) => name)
      .concat(required),
  };
}

function outputOf({ responses }: Operation): Schema {
  const [success] = Object.keys(responses).filter((status) => status.startsWith('2'));
  const schema = jsonOf(responses[success ?? '']);
  if (!schema) throw new Error('No documented result');
  return schema;
}

function resolve(schema: Schema): Schema {
  const { schemas } = document.components;
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : (schemas[name] ?? {});
}

/**
 * The same in the words of `tools/list`: in an input no unknown properties, and examples at the end of the description; in an
 * output examples in the plural. Every other keyword is the same.
 */
function toMcp(schema: Schema, io: 'input' | 'output'): object {
  const { properties, required = [], items, example, ...rest } = resolve(schema);
  const { description } = rest as { description?: string };
  return {
    ...rest,
    ...(example !== undefined &&
      (io === 'output'
        ? { examples: [example] }
        : {
            description: [description, `Example: ${example as string}`].filter(Boolean).join(' '),
          })),
    ...(items && { items: toMcp(items, io) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, toMcp(property, io)]),
      ),
    }),
    ...(required.length > 0 && { required }),
    ...(properties && io === 'input' && { additionalProperties: false }),
  };
}

const orders = [
  ['orders_create', 'OrdersController_create'],
  ['orders_list', 'OrdersController_list'],
  ['orders_find', 'OrdersController_find'],
  ['orders_cancel', 'OrdersController_cancel'],
] as const;

describe('the OpenAPI document and tools/list', () => {
  it('have the same orders operations', () => {
    const documented = operations().filter(({ tags }) => tags.includes('orders'));
    expect(documented.map(({ operationId }) => operationId).toSorted()).toEqual(
      orders.map(([, id]) => id).toSorted(),
    );
    const offered = tools.map(({ name }) => name).filter((name) => name.startsWith('orders_'));
    expect(offered.toSorted()).toEqual(orders.map(([name]) => name).toSorted());
  });

  it.each(orders)('have the same title and description of %s', (name, id) => {
    const { summary, description } = operation(id);
    expect(tool(name)).toMatchObject({ title: summary, description });
  });

  it.each([
    ['orders_create', 'OrdersController_create', ['userId', 'lines']],
    ['orders_list', 'OrdersController_list', ['status', 'userId', 'page', 'limit']],
    ['orders_find', 'OrdersController_find', ['id']],
    ['orders_cancel', 'OrdersController_cancel', ['id']],
    ['query_product', 'ProductsController_query', ['sku', 'name', 'category', 'limit']],
  ])('describe every input of %s alike', (name, id, names) => {
    const { inputSchema } = tool(name);
    expect(Object.keys(inputSchema.properties ?? {})).toEqual(names);
    for (const [property, schema] of Object.entries(inputSchema.properties ?? {})) {
      expect([property, schema]).toEqual([
        property,
        expect.objectContaining({ description: expect.any(String) }),
      ]);
    }
    expect(inputSchema).toEqual(toMcp(inputOf(operation(id)), 'input'));
  });

  it.each(orders)('describe every property in the result of %s alike', (name, id) => {
    const said = toMcp(outputOf(operation(id)), 'output');
    // Revisions before the modern era know only objects as structured content.
    const wrapped = { type: 'object', properties: { result: said }, required: ['result'] };
    expect(tool(name).outputSchema).toEqual(name === 'orders_list' ? wrapped : said);
    expect(JSON.stringify(said)).toContain('"totalCents"');
  });

  it.each([
    ['an object around it without a revision', {}, 'object'],
    ['as it is in the modern era', { 'mcp-protocol-version': '2026-07-28' }, 'array'],
  ])('have the list of orders in GET /tools: %s', async (_how, headers, type) => {
    const answer = await fetch(`${running.url}/tools`, { headers });
    const listed = ((await answer.json()) as { tools: Tool[] }).tools;
    expect(found(listed, ({ name }) => name === 'orders_list').outputSchema?.type).toBe(type);
  });

  it('describe get_status alike', () => {
    const said = toMcp(outputOf(operation('StatusController_status')), 'output');
    expect(tool('get_status').outputSchema).toEqual(said);
  });
});

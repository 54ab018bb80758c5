import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Order as OrderEntity } from '../../src/orders/order.entity.js';
import type { Product } from '../../src/products/product.entity.js';
import { httpTransport } from '../support/ways-in.js';
import { send, startReferenceApp, type ReferenceApp } from './reference-app.js';

/** An order as JSON has it. */
type Order = Pick<OrderEntity, keyof OrderEntity>;

const waysIn = [
  ['Streamable HTTP', 'streamable'],
  ['HTTP+SSE', 'sse'],
] as const;

describe.each(waysIn)('the routes of the orders as tools over %s', (_way, kind) => {
  let running: ReferenceApp;
  let client: Client;
  let api: string;

  beforeAll(async () => {
    running = await startReferenceApp();
    api = `${running.url}/api/v1`;
    client = new Client({ name: 'shop', version: '1.0.0' });
    await client.connect(httpTransport(kind, running.url));
    // From here on the client checks every structured result against the tool's output schema.
    await client.listTools();
  });

  afterAll(async () => {
    await client.close();
    await running.close();
  });

  const call = async (name: string, input: object) =>
    (await client.callTool({ name, arguments: { ...input } })) as CallToolResult;

  const order = async (name: string, input: object): Promise<Order> => {
    const { isError, structuredContent, content } = await call(name, input);
    if (isError) throw new Error(JSON.stringify(content));
    return structuredContent as unknown as Order;
  };

  const page = async (input: object): Promise<Order[]> => {
    const { isError, structuredContent, content } = await call('orders_list', input);
    if (isError) throw new Error(JSON.stringify(content));
    return (structuredContent as { result: Order[] }).result;
  };

  const failure = async (name: string, input: object) => {
    const { isError, content, structuredContent, _meta } = await call(name, input);
    const [block] = content;
    return {
      isError,
      text: block?.type === 'text' ? block.text : undefined,
      structuredContent,
      status: _meta?.['nestjs-mcp/status'],
    };
  };

  /** What the tool answers to a failure that the route answers with this status and message. */
  const likeRoute = async (path: string, body?: object) => {
    const answer = await send(`${api}/${path}`, 'POST', body);
    return { isError: true, text: answer.body.message, status: answer.status };
  };

  const inStock = async (pieces: number): Promise<Product> => {
    const { body } = await send<Product[]>(`${api}/products?limit=100`);
    const found = body.find(({ stock, discontinued }) => stock >= pieces && !discontinued);
    if (found === undefined) throw new Error(`No product with ${pieces} pieces`);
    return found;
  };

  const stockOf = async (sku: string): Promise<number> =>
    (await send<Product>(`${api}/products/${sku}`)).body.stock;

  it('have name, title and description from their class and their API document', async () => {
    const { tools } = await client.listTools();
    const orders = tools.filter(({ name }) => name.startsWith('orders_'));
    expect(orders.map(({ name, title }) => [name, title])).toEqual([
      ['orders_cancel', 'Cancel an order'],
      ['orders_create', 'Place an order'],
      ['orders_find', 'Read one order'],
      ['orders_list', 'List orders'],
    ]);
    const readOnly = orders.filter(({ annotations }) => annotations?.readOnlyHint);
    expect(readOnly.map(({ name }) => name)).toEqual(['orders_find', 'orders_list']);
    for (const { description } of orders) expect(description?.length).toBeGreaterThan(30);
  });

  it('create an order, find it, list it and cancel it, and the REST API returns the same', async () => {
    const { sku, stock, priceCents } = await inStock(5);
    const placed = await order('orders_create', {
      userId: 9,
      lines: [{ sku: sku.toLowerCase(), quantity: 2 }],
    });
    expect(placed).toMatchObject({
      userId: 9,
      status: 'placed',
      totalCents: 2 * priceCents,
      lines: [{ sku, quantity: 2, unitPriceCents: priceCents }],
    });
    expect((await send(`${api}/orders/${placed.id}`)).body).toEqual(placed);
    expect(await order('orders_find', { id: placed.id })).toEqual(placed);
    expect(await stockOf(sku)).toBe(stock - 2);
    expect(await page({ userId: 9, status: 'placed', limit: 1 })).toEqual([placed]);

    const cancelled = await order('orders_cancel', { id: placed.id });
    expect(cancelled).toEqual({ ...placed, status: 'cancelled' });
    expect(await stockOf(sku)).toBe(stock);
    expect(await order('orders_find', { id: placed.id })).toEqual(cancelled);
  });

  it('list page after page like the route, whose header has the total', async () => {
    const whole = await send<Order[]>(`${api}/orders?status=shipped&limit=100`);
    const total = Number(whole.headers.get('x-total-count'));
    expect(whole.body).toHaveLength(total);
    const pages: Order[] = [];
    for (let number = 1; pages.length < total; number += 1) {
      const rows = await page({ status: 'shipped', page: number, limit: 7 });
      expect(rows).toHaveLength(Math.min(7, total - pages.length));
      pages.push(...rows);
    }
    expect(pages).toEqual(whole.body);
    expect(await page({ status: 'shipped', page: 1000 })).toEqual([]);
  });

  it('list many pages at once without mixing them up', async () => {
    const numbers = Array.from({ length: 20 }, (_, position) => position + 1);
    const pages = await Promise.all(numbers.map((number) => page({ page: number, limit: 3 })));
    const { body } = await send<Order[]>(`${api}/orders?limit=60`);
    expect(pages.flat()).toEqual(body);
  });

  it('accept null for optional inputs, as the schema says', async () => {
    const nothing = { status: null, userId: null, page: null, limit: null };
    expect(await page(nothing)).toEqual(await page({}));
    expect(await page({})).toHaveLength(20);
  });

  it('refuse what the service refuses, with the message and the status of the route', async () => {
    const { sku, stock } = await inStock(1);
    for (const wish of [
      { userId: 9, lines: [{ sku: 'NONE-1', quantity: 1 }] },
      { userId: 99_999, lines: [{ sku, quantity: 1 }] },
      { userId: 9, lines: [{ sku, quantity: stock + 1 }] },
    ]) {
      expect(await failure('orders_create', wish)).toEqual(await likeRoute('orders', wish));
    }
    const tooMany = { userId: 9, lines: [{ sku, quantity: stock + 1 }] };
    expect((await failure('orders_create', tooMany)).text).toBe(
      `Only ${stock} of ${sku} are in stock`,
    );
    expect(await stockOf(sku)).toBe(stock);
  });

  it('cancel an order once, and no order that was shipped', async () => {
    const { sku } = await inStock(1);
    const { id } = await order('orders_create', { userId: 9, lines: [{ sku, quantity: 1 }] });
    await order('orders_cancel', { id });
    const again = await failure('orders_cancel', { id });
    expect(again).toEqual(await likeRoute(`orders/${id}/cancel`));
    expect(again).toMatchObject({
      text: `Order ${id} is cancelled and cannot be cancelled`,
      status: 409,
    });
    const [shipped] = await page({ status: 'shipped', limit: 1 });
    const refused = await failure('orders_cancel', { id: shipped?.id });
    expect(refused).toEqual(await likeRoute(`orders/${shipped?.id}/cancel`));
  });

  it.each(['orders_find', 'orders_cancel'])(
    '%s answers with an error if there is no such order',
    async (name) => {
      expect(await failure(name, { id: 99_999 })).toEqual({
        isError: true,
        text: 'No order has the id 99999',
        status: 404,
      });
    },
  );

  it('report all errors of an order at once', async () => {
    const { text, isError } = await failure('orders_create', {
      userId: 'nine',
      lines: [{ sku: 'A', quantity: 0 }, { quantity: 1001 }],
      coupon: 'FREE',
    });
    expect(isError).toBe(true);
    const paths = text?.split('\n').map((line) => line.slice(0, line.indexOf(':')));
    expect(paths?.toSorted()).toEqual([
      'coupon',
      'lines[0].quantity',
      'lines[1].quantity',
      'lines[1].sku',
      'userId',
    ]);
  });

  it.each([{}, { id: 'x' }, { id: 1.5 }, { id: null }, { id: 1, page: 2 }])(
    'find no order for %j',
    async (input) => {
      expect(await failure('orders_find', input)).toMatchObject({ isError: true, status: 400 });
    },
  );
});

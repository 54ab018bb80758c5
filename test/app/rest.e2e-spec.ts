import type { Order } from '../../src/orders/order.entity.js';
import type { Product } from '../../src/products/product.entity.js';
import type { User } from '../../src/users/user.entity.js';
import { send, startReferenceApp, type ReferenceApp } from './reference-app.js';

interface OpenApi {
  paths: object;
  components: { schemas: { ProductQuery: { properties: Record<string, object> } } };
}

describe('the REST API', () => {
  let running: ReferenceApp;
  let api: string;

  beforeAll(async () => {
    running = await startReferenceApp();
    api = `${running.url}/api/v1`;
  });

  afterAll(() => running.close());

  const stockOf = async (sku: string): Promise<number> =>
    (await send<Product>(`${api}/products/${sku}`)).body.stock;

  const productThat = async (fits: (product: Product) => boolean): Promise<Product> => {
    const { body } = await send<Product[]>(`${api}/products?limit=100`);
    const product = body.find(fits);
    if (product === undefined) throw new Error('The sample data have no such product');
    return product;
  };

  const sellable = (atLeast: number): Promise<Product> =>
    productThat(({ discontinued, stock }) => !discontinued && stock >= atLeast);

  describe('products', () => {
    it('lists a page by SKU with the total number', async () => {
      const first = await send<Product[]>(`${api}/products?limit=3`);
      const second = await send<Product[]>(`${api}/products?limit=3&page=2`);
      expect(first.status).toBe(200);
      expect(first.headers.get('x-total-count')).toBe('240');
      const skus = [...first.body, ...second.body].map((product) => product.sku);
      expect(new Set(skus).size).toBe(6);
      expect(skus).toEqual(skus.toSorted());
    });

    it('answers with an empty page after the last one', async () => {
      const { status, body } = await send<Product[]>(`${api}/products?page=100000`);
      expect([status, body]).toEqual([200, []]);
    });

    it('finds by SKU in any case', async () => {
      const { status, body } = await send<Product[]>(`${api}/products/query`, 'POST', {
        sku: 'hnd-1002',
      });
      expect(status).toBe(200);
      expect(body).toEqual([
        expect.objectContaining({ sku: 'HND-1002', name: 'Brenner Spirit Level 60 cm' }),
      ]);
      expect(body[0]).not.toHaveProperty('searchKey');
    });

    it.each(['CAFE', 'café', 'Cafe\u0301'])(
      'finds %s by name, ignoring case and accents',
      async (name) => {
        const { body } = await send<Product[]>(`${api}/products/query`, 'POST', { name });
        expect(body).toHaveLength(3);
      },
    );

    it('takes wildcards and quotes in a name literally', async () => {
      for (const name of ['%', '_', "'", "' OR 1=1 --"]) {
        expect((await send<Product[]>(`${api}/products/query`, 'POST', { name })).body).toEqual([]);
      }
      expect(
        (await send<Product[]>(`${api}/products/query`, 'POST', { name: '1/2"' })).body,
      ).toHaveLength(3);
    });

    it('combines the criteria and respects the limit', async () => {
      const query = { category: 'power tools', name: 'drill', limit: 2 };
      const { body } = await send<Product[]>(`${api}/products/query`, 'POST', query);
      expect(body).toHaveLength(2);
      for (const product of body) expect(product.category).toBe('Power Tools');
    });

    it('sends twenty products when no limit is given', async () => {
      expect((await send<Product[]>(`${api}/products/query`, 'POST', {})).body).toHaveLength(20);
    });

    it('accepts null as absent', async () => {
      const nothing = { sku: null, name: null, category: null, limit: null };
      const { body } = await send<Product[]>(`${api}/products/query`, 'POST', nothing);
      expect(body).toHaveLength(20);
    });

    it.each([
      [{ limit: 0 }, 'limit must not be less than 1'],
      [{ limit: 101 }, 'limit must not be greater than 100'],
      [{ limit: '5' }, 'limit must be an integer number'],
      [{ sku: 7 }, 'sku must be a string'],
      [{ sku: 'x'.repeat(33) }, 'sku must be shorter than or equal to 32 characters'],
      [{ colour: 'red' }, 'property colour should not exist'],
    ])('refuses the query %j with the reason', async (query, reason) => {
      const { status, body } = await send(`${api}/products/query`, 'POST', query);
      expect(status).toBe(400);
      expect(body.message).toContain(reason);
    });

    it('answers 404 for an unknown SKU', async () => {
      const { status, body } = await send(`${api}/products/NOPE-1`);
      expect([status, body.message]).toEqual([404, 'No product has the SKU NOPE-1']);
    });
  });

  describe('users', () => {
    it('lists and reads them', async () => {
      const { body, headers } = await send<User[]>(`${api}/users?limit=2`);
      expect(headers.get('x-total-count')).toBe('72');
      expect((await send(`${api}/users/${body[1]?.id}`)).body).toEqual(body[1]);
    });

    it('answers 404 for an unknown id and 400 for one that is no number', async () => {
      expect((await send(`${api}/users/999999`)).status).toBe(404);
      expect((await send(`${api}/users/one`)).status).toBe(400);
    });
  });

  describe('orders', () => {
    it('creates an order, and takes the pieces out of the stock', async () => {
      const { sku, stock } = await sellable(3);
      const { status, body } = await send<Order>(`${api}/orders`, 'POST', {
        userId: 9,
        lines: [{ sku: sku.toLowerCase(), quantity: 2 }],
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({ userId: 9, status: 'placed', lines: [{ sku, quantity: 2 }] });
      expect(body.totalCents).toBe(2 * (body.lines[0]?.unitPriceCents ?? 0));
      expect(Date.now() - Date.parse(String(body.createdAt))).toBeLessThan(60_000);
      expect(await stockOf(sku)).toBe(stock - 2);
      expect((await send(`${api}/orders/${body.id}`)).body).toEqual(body);
    });

    it('returns the pieces to the stock once when an order is cancelled', async () => {
      const { sku, stock } = await sellable(5);
      const order = { userId: 9, lines: [{ sku, quantity: 5 }] };
      const { body } = await send<Order>(`${api}/orders`, 'POST', order);
      const cancelled = await send<Order>(`${api}/orders/${body.id}/cancel`, 'POST');
      expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
      const again = await send(`${api}/orders/${body.id}/cancel`, 'POST');
      expect(again.status).toBe(409);
      expect(again.body.message).toBe(`Order ${body.id} is cancelled and cannot be cancelled`);
      expect(await stockOf(sku)).toBe(stock);
    });

    it('does not cancel an order that was shipped', async () => {
      const { body } = await send<Order[]>(`${api}/orders?status=shipped&limit=1`);
      expect((await send(`${api}/orders/${body[0]?.id}/cancel`, 'POST')).status).toBe(409);
    });

    it('creates all lines of an order or none', async () => {
      const { sku, stock } = await sellable(1);
      const soldOut = await productThat((product) => product.stock === 0 && !product.discontinued);
      const { status, body } = await send(`${api}/orders`, 'POST', {
        userId: 9,
        lines: [
          { sku, quantity: 1 },
          { sku: soldOut.sku, quantity: 1 },
        ],
      });
      expect([status, body.message]).toEqual([409, `Only 0 of ${soldOut.sku} are in stock`]);
      expect(await stockOf(sku)).toBe(stock);
    });

    it('refuses a discontinued product', async () => {
      const { sku } = await productThat(({ discontinued }) => discontinued);
      const order = { userId: 9, lines: [{ sku, quantity: 1 }] };
      const { status, body } = await send(`${api}/orders`, 'POST', order);
      expect([status, body.message]).toEqual([409, `${sku} is discontinued`]);
    });

    it('never sells more than the stock, however many requests arrive at once', async () => {
      const { sku, stock } = await sellable(10);
      const order = { userId: 9, lines: [{ sku, quantity: 3 }] };
      const answers = await Promise.all(
        Array.from({ length: Math.ceil(stock / 3) + 5 }, () =>
          send(`${api}/orders`, 'POST', order),
        ),
      );
      const placed = answers.filter(({ status }) => status === 201);
      expect(placed).toHaveLength(Math.floor(stock / 3));
      for (const { status } of answers) expect([201, 409]).toContain(status);
      expect(await stockOf(sku)).toBe(stock % 3);
    });

    it('lists the newest first, by status and user', async () => {
      const { body, headers } = await send<Order[]>(`${api}/orders?status=delivered&limit=5`);
      expect(Number(headers.get('x-total-count'))).toBeGreaterThan(50);
      const ages = body.map((order) => -Date.parse(String(order.createdAt)));
      expect(ages).toEqual(ages.toSorted((one, other) => one - other));
      const mine = await send<Order[]>(`${api}/orders?userId=${body[0]?.userId}&limit=100`);
      for (const order of mine.body) expect(order.userId).toBe(body[0]?.userId);
    });

    it.each([
      [{ userId: 9, lines: [] }, 'lines must contain at least 1 elements'],
      [{ userId: 9 }, 'lines must be an array'],
      [
        { userId: 9, lines: [null] },
        'lines.each value in nested property lines must be either object or array',
      ],
      [
        { userId: 9, lines: [{ sku: 'A', quantity: 0 }] },
        'lines.0.quantity must not be less than 1',
      ],
      [
        {
          userId: 9,
          lines: [
            { sku: 'A', quantity: 1 },
            { sku: 'a', quantity: 1 },
          ],
        },
        'lines must name each sku once',
      ],
      [{ userId: 'me', lines: [{ sku: 'A', quantity: 1 }] }, 'userId must be an integer number'],
    ])('refuses the order %j with the reason', async (order, reason) => {
      const { status, body } = await send(`${api}/orders`, 'POST', order);
      expect(status).toBe(400);
      expect(body.message).toContain(reason);
    });

    it('refuses an unknown user and an unknown SKU', async () => {
      const lines = [{ sku: 'NOPE-1', quantity: 1 }];
      const nobody = await send(`${api}/orders`, 'POST', { userId: 99_999, lines });
      expect([nobody.status, nobody.body.message]).toEqual([400, 'No user has the id 99999']);
      const nothing = await send(`${api}/orders`, 'POST', { userId: 9, lines });
      expect([nothing.status, nothing.body.message]).toEqual([
        400,
        'No product has the SKU NOPE-1',
      ]);
    });
  });

  it('returns its status and version', async () => {
    const { status, body } = await send(`${api}/status`);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      uptimeSeconds: expect.any(Number),
    });
  });

  it('is described at /docs and /docs-json', async () => {
    expect((await fetch(`${running.url}/docs`)).headers.get('content-type')).toContain('text/html');
    const { body } = await send<OpenApi>(`${running.url}/docs-json`);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/products',
        '/api/v1/products/query',
        '/api/v1/products/{sku}',
        '/api/v1/users/{id}',
        '/api/v1/orders/{id}/cancel',
        '/api/v1/status',
      ]),
    );
    expect(body.components.schemas.ProductQuery.properties.limit).toMatchObject({
      minimum: 1,
      maximum: 100,
    });
  });
});

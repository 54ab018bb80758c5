import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import { AppModule } from '../app.module.js';
import type { Product } from './product.entity.js';
import { ProductsService } from './products.service.js';

const ways = [
  { over: 'http', era: 'legacy' },
  { over: 'http', era: 'modern' },
  { over: 'sse', era: 'legacy' },
] as const;

describe('ProductsService as a tool', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const moduleRef = await Test.createTestingModule({
      imports: [AppModule.over('http')],
    }).compile();
    app = moduleRef.createNestApplication();
    app.useLogger(false);
  });

  afterAll(() => app.close());

  it.each(ways)('finds products by name over $over, $era', async (way) => {
    const client = await McpTestClient.connect(app, way);
    const { text } = await client.callTool(ProductsService, 'query', { name: 'hammer', limit: 2 });
    const products = JSON.parse(text) as Product[];
    expect(products).toHaveLength(2);
    for (const { name } of products) expect(name.toLowerCase()).toContain('hammer');
    await client.close();
  });

  it.each(ways)('names the property that it refuses over $over, $era', async (way) => {
    const client = await McpTestClient.connect(app, way);
    const { isError, text } = await client.callTool('query_product', { limit: 101 });
    expect(isError).toBe(true);
    expect(text).toContain('limit');
    await client.close();
  });
});

import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import { AppModule } from '../app/app.module.js';
import { InventoryService } from '../app/inventory.service.js';

/** Every transport with every era that the test client speaks. */
export const ways = [
  { over: 'memory', era: 'legacy' },
  { over: 'memory', era: 'modern' },
  { over: 'http', era: 'legacy' },
  { over: 'http', era: 'modern' },
  { over: 'sse', era: 'legacy' },
] as const;

/** What `callTools` gives over each of them. */
export const answers = ['[{"sku":"A-1","stock":3}]', 'B-2: 0', 'refused: limit'];

/** An application that listens on no port. */
export async function createApp(): Promise<INestApplication> {
  const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = moduleRef.createNestApplication();
  app.useLogger(false);
  return app;
}

/** Calls the tools as a test of the application would. */
export async function callTools(
  app: INestApplication,
  way: (typeof ways)[number],
): Promise<string[]> {
  const client = await McpTestClient.connect(app, way);
  const found = await client.callTool(InventoryService, 'query', { sku: 'A-1' });
  const stock = await client.callTool('stock_of', { sku: 'B-2' });
  const refused = await client.callTool('query_product', { sku: 'A-1', limit: 0 });
  await client.close();
  const named = /limit/.exec(refused.text)?.[0] ?? refused.text;
  return [found.text, stock.text, `${refused.isError ? 'refused' : 'taken'}: ${named}`];
}

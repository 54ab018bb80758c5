import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createMcpContext, McpTestClient } from 'nestjs-mcp/testing';
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

/** An application that listens on no port. */
export async function createApp(): Promise<INestApplication> {
  const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = moduleRef.createNestApplication();
  app.useLogger(false);
  return app;
}

/** Calls the tools as a test of the application would. */
export async function callTools(app: INestApplication, way: (typeof ways)[number]): Promise<void> {
  const client = await McpTestClient.connect(app, way);
  const found = await client.callTool(InventoryService, 'query', { sku: 'A-1' });
  deepStrictEqual(JSON.parse(found.text), [{ sku: 'A-1', stock: 3 }]);
  const stock = await client.callTool('stock_of', { sku: 'B-2' });
  strictEqual(stock.text, 'B-2: 0');
  const refused = await client.callTool('query_product', { sku: 'A-1', limit: 0 });
  strictEqual(refused.isError, true);
  match(refused.text, /limit/);
  await client.close();
}

/** A context outside of any call. */
export function contextIsAnonymous(): void {
  strictEqual(createMcpContext().auth, undefined);
}

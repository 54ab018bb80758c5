import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import { AppModule } from './app.module.js';

async function names(client: McpTestClient): Promise<string[]> {
  const tools = await client.listTools();
  return tools.map(({ name }) => name).toSorted();
}

describe('Two servers of one application', () => {
  let app: INestApplication;
  let shop: McpTestClient;
  let office: McpTestClient;

  beforeAll(async () => {
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = moduleRef.createNestApplication();
    await app.init();
    shop = await McpTestClient.connect(app, { server: 'shop' });
    office = await McpTestClient.connect(app, { server: 'back-office', token: 'office-token' });
  });

  afterAll(async () => {
    await shop.close();
    await office.close();
    await app.close();
  });

  it('have tools of their own, and share one', async () => {
    expect(await names(shop)).toEqual(['pieces_left']);
    expect(await names(office)).toEqual(['add_pieces', 'pieces_left', 'tools_of_shop']);
  });

  it('work on the same service', async () => {
    await office.callTool('add_pieces', { sku: 'HND-1', pieces: 3 });
    expect((await shop.callTool('pieces_left', { sku: 'HND-1' })).text).toBe('7');
    expect((await office.callTool('tools_of_shop')).text).toBe('["pieces_left"]');
  });

  it('have doors of their own: the shop is open, the back office asks for its token', async () => {
    const stranger = { server: 'back-office', over: 'http' } as const;
    await expect(McpTestClient.connect(app, stranger)).rejects.toThrow('401');
  });
});

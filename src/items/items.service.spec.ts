import { Test, type TestingModule } from '@nestjs/testing';
import { McpModule } from 'nestjs-mcp';
import { assaultTools, McpTestClient } from 'nestjs-mcp/testing';
import { ItemsModule } from './items.module.js';
import { ItemsService } from './items.service.js';

describe('ItemsService', () => {
  let moduleRef: TestingModule;
  let client: McpTestClient;

  beforeEach(async () => {
    moduleRef = await Test.createTestingModule({
      imports: [McpModule.forRoot({ name: 'items', version: '1.0.0' }), ItemsModule],
    }).compile();
    client = await McpTestClient.connect(moduleRef);
  });

  afterEach(async () => {
    await client.close();
    await moduleRef.close();
  });

  it('keeps a text, and shows all of them as a resource', async () => {
    await client.callTool('store_item', { key: 'colour', value: 'blue' });
    expect((await client.callTool('get_item', { key: 'colour' })).text).toBe('blue');
    expect(JSON.parse((await client.readResource('data://items')).text)).toEqual({
      colour: 'blue',
    });
  });

  it('names the missing key', async () => {
    expect(await client.callTool('get_item', { key: 'nothing' })).toMatchObject({
      isError: true,
      status: 404,
      text: 'Nothing is stored under nothing',
    });
  });

  it('refuses more texts than the limit, but replaces one', async () => {
    const items = moduleRef.get(ItemsService);
    for (let i = 0; i < 1_000; i += 1) items.store(`key ${i}`, 'x');
    expect(await client.callTool('store_item', { key: 'one more', value: 'x' })).toMatchObject({
      isError: true,
      status: 409,
    });
    expect((await client.callTool('store_item', { key: 'key 7', value: 'y' })).isError).toBe(false);
  });

  it('withstands hostile inputs', async () => {
    const { failures, calls } = await assaultTools(client, { runs: 100, seed: 1 });
    expect(failures).toEqual([]);
    expect(calls).toBe(200);
  });
});

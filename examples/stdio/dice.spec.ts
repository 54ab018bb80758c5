import { Test, type TestingModule } from '@nestjs/testing';
import { McpModule } from 'nestjs-mcp';
import { McpTestClient } from 'nestjs-mcp/testing';
import { Dice } from './dice.js';

describe('The dice', () => {
  let moduleRef: TestingModule;
  let client: McpTestClient;

  beforeAll(async () => {
    moduleRef = await Test.createTestingModule({
      imports: [McpModule.forRoot({ name: 'dice', version: '1.0.0' })],
      providers: [Dice],
    }).compile();
    client = await McpTestClient.connect(moduleRef);
  });

  afterAll(async () => {
    await client.close();
    await moduleRef.close();
  });

  it('roll a number of their sides', async () => {
    expect((await client.callTool('roll', { sides: 1 })).text).toBe('1');
    const { text } = await client.callTool('roll', { sides: 6 });
    expect(['1', '2', '3', '4', '5', '6']).toContain(text);
  });

  it('tell the model what they want', async () => {
    const { isError, text } = await client.callTool('roll', { sides: 'six' });
    expect([isError, text]).toEqual([true, 'sides: must be number (given: "six")']);
  });
});

import type { INestApplication } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Test } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import { AppModule } from './app.module.js';

describe('A server behind Passport and roles', () => {
  let app: INestApplication;
  const opened: McpTestClient[] = [];

  const signIn = async (payload: object): Promise<McpTestClient> => {
    const token = app.get(JwtService).sign(payload);
    const client = await McpTestClient.connect(app, { token });
    opened.push(client);
    return client;
  };

  beforeAll(async () => {
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = moduleRef.createNestApplication();
    await app.init();
  });

  afterAll(async () => {
    for (const client of opened) await client.close();
    await app.close();
  });

  it('knows its callers by their tokens', async () => {
    const ada = await signIn({ sub: 'ada' });
    expect((await ada.callTool('my_salary')).text).toBe('ada earns 5000.');
  });

  it('shows and gives a tool to the role that it is for, and to nobody else', async () => {
    const grace = await signIn({ sub: 'grace', roles: ['accountant'] });
    expect((await grace.listTools()).map(({ name }) => name)).toContain('raise_salary');
    const raise = { name: 'ada', by: 100 };
    expect((await grace.callTool('raise_salary', raise)).text).toBe('ada earns 5100.');

    const ada = await signIn({ sub: 'ada' });
    expect((await ada.listTools()).map(({ name }) => name)).toEqual(['my_salary']);
    await expect(ada.callTool('raise_salary', raise)).rejects.toThrow('Unknown tool: raise_salary');
  });

  it('refuses a caller without a token, and one with a token of somebody else', async () => {
    await expect(McpTestClient.connect(app, { over: 'http' })).rejects.toThrow('401');
    const token = new JwtService({ secret: 'another secret' }).sign({ sub: 'ada' });
    await expect(McpTestClient.connect(app, { token })).rejects.toThrow('401');
  });
});

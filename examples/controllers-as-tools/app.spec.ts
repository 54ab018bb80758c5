import { ValidationPipe, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { AppModule } from './app.module.js';

const headers = { 'x-team-key': 'let-me-in' };

describe('A controller as tools', () => {
  let app: INestApplication<App>;
  let client: McpTestClient;

  beforeAll(async () => {
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = moduleRef.createNestApplication();
    app.useGlobalPipes(new ValidationPipe());
    await app.init();
    client = await McpTestClient.connect(app, { over: 'http', headers });
  });

  afterAll(async () => {
    await client.close();
    await app.close();
  });

  it('has a tool for each route, whose input is that of the route', async () => {
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['change_task', 'create_task', 'list_tasks']);
    expect(tools[0]?.inputSchema).toMatchObject({
      properties: { id: { type: 'integer' }, state: { enum: ['open', 'done'] } },
      required: ['id', 'state'],
    });
  });

  it('does by a call what it does by a request', async () => {
    await client.callTool('create_task', { title: 'Water the plants' });
    await client.callTool('change_task', { id: 1, state: 'done' });
    const { body } = await request(app.getHttpServer()).get('/tasks').set(headers).expect(200);
    expect(body).toEqual([{ id: 1, title: 'Water the plants', state: 'done' }]);
    const { text } = await client.callTool('change_task', { id: 7, state: 'open' });
    expect(text).toBe('There is no task 7.');
  });

  it('keeps its guard', async () => {
    const stranger = await McpTestClient.connect(app, { over: 'http' });
    const { isError, text } = await stranger.callTool('list_tasks');
    expect([isError, text]).toEqual([true, 'The header X-Team-Key is missing or wrong.']);
    await stranger.close();
  });
});

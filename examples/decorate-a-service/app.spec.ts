import { ValidationPipe, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { AppModule } from './app.module.js';

describe('A decorated service', () => {
  let app: INestApplication<App>;
  let client: McpTestClient;

  beforeAll(async () => {
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = moduleRef.createNestApplication();
    app.useGlobalPipes(new ValidationPipe());
    await app.init();
    client = await McpTestClient.connect(app);
  });

  afterAll(async () => {
    await client.close();
    await app.close();
  });

  it('shows over REST what a model has written', async () => {
    const { structured } = await client.callTool('write_note', { title: 'Buy milk' });
    expect(structured).toEqual({ id: 1, title: 'Buy milk', text: '' });
    const { body } = await request(app.getHttpServer()).get('/notes/1').expect(200);
    expect(body).toEqual(structured);
  });

  it('shows a model what was written over REST', async () => {
    await request(app.getHttpServer())
      .post('/notes')
      .send({ title: 'Call Ada', text: 'at noon' })
      .expect(201);
    const { text } = await client.callTool('find_notes', { word: 'ada' });
    expect(JSON.parse(text)).toEqual([{ id: 2, title: 'Call Ada', text: 'at noon' }]);
    const note = await client.readResource('note://2');
    expect(JSON.parse(note.text)).toMatchObject({ title: 'Call Ada' });
  });

  it('refuses the same input on both sides', async () => {
    await request(app.getHttpServer()).post('/notes').send({ title: '' }).expect(400);
    const { isError, text } = await client.callTool('write_note', { title: '' });
    expect([isError, text]).toEqual([true, 'title: should not be empty (given: "")']);
  });
});

import type { INestApplication } from '@nestjs/common';
import { createMcpContext } from 'nestjs-mcp/testing';
import { answers, callTools, createApp, ways } from './inventory.checks.js';

describe('The tools of the inventory', () => {
  let app: INestApplication;

  beforeAll(async () => {
    app = await createApp();
  });

  afterAll(() => app.close());

  it.each(ways)('answer over $over, $era', async (way) => {
    expect(await callTools(app, way)).toEqual(answers);
  });

  it('have a context for unit tests', () => {
    expect(createMcpContext().auth).toBeUndefined();
  });
});

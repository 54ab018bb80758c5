import type { INestApplication } from '@nestjs/common';
import { callTools, contextIsAnonymous, createApp, ways } from './inventory.checks.js';

describe('The tools of the inventory', () => {
  let app: INestApplication;

  beforeAll(async () => {
    app = await createApp();
  });

  afterAll(() => app.close());

  it.each(ways)('answer over $over, $era', (way) => callTools(app, way));

  it('have a context for unit tests', () => contextIsAnonymous());
});

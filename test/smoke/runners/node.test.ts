import { after, before, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { callTools, contextIsAnonymous, createApp, ways } from './inventory.checks.js';

describe('The tools of the inventory', () => {
  let app: INestApplication;

  before(async () => {
    app = await createApp();
  });

  after(() => app.close());

  for (const way of ways) {
    it(`answer over ${way.over}, ${way.era}`, () => callTools(app, way));
  }

  it('have a context for unit tests', () => contextIsAnonymous());
});

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { createMcpContext } from 'nestjs-mcp/testing';
import { answers, callTools, createApp, ways } from './inventory.checks.js';

void describe('The tools of the inventory', () => {
  let app: INestApplication;

  before(async () => {
    app = await createApp();
  });

  after(() => app.close());

  for (const way of ways) {
    void it(`answer over ${way.over}, ${way.era}`, async () => {
      deepStrictEqual(await callTools(app, way), answers);
    });
  }

  void it('have a context for unit tests', () => {
    strictEqual(createMcpContext().auth, undefined);
  });
});

import { Test, type TestingModule } from '@nestjs/testing';
import { McpTestClient } from 'nestjs-mcp/testing';
import { AppModule } from '../app.module.js';

describe.each(['legacy', 'modern'] as const)('ReindexService, %s', (era) => {
  let moduleRef: TestingModule;
  let client: McpTestClient;

  beforeAll(async () => {
    moduleRef = await Test.createTestingModule({ imports: [AppModule.over('http')] }).compile();
    client = await McpTestClient.connect(moduleRef, { era });
  });

  afterAll(async () => {
    await client.close();
    await moduleRef.close();
  });

  it('reports each batch', async () => {
    const { text, progress } = await client.callTool('reindex', { batches: 2 });
    expect(text).toMatch(/^Reindexed \d+ products in 2 batches$/);
    expect(progress).toEqual([
      { progress: 1, total: 2, message: expect.stringMatching(/^\d+ of \d+ products$/) },
      { progress: 2, total: 2, message: expect.stringMatching(/^(\d+) of \1 products$/) },
    ]);
  });

  it('stops when the caller cancels', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const reindexing = client.callTool(
      'reindex',
      { batches: 100 },
      {
        signal: stop.signal,
        onProgress: ({ progress }) => {
          seen.push(progress);
          stop.abort(new Error('enough'));
        },
      },
    );
    await expect(reindexing).rejects.toThrow('enough');
    expect(seen).toEqual([1]);
  });

  it.each([0, 101, 1.5])('refuses %d batches', async (batches) => {
    const { isError, text } = await client.callTool('reindex', { batches });
    expect(isError).toBe(true);
    expect(text).toContain('batches');
  });
});

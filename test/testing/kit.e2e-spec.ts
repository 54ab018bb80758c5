import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { IsInt, IsString } from 'class-validator';
import { McpContext, McpModule, McpParam, McpTool } from 'nestjs-mcp';
import {
  assaultTools,
  compareCatalogs,
  createMcpContext,
  McpTestClient,
  McpTestError,
} from 'nestjs-mcp/testing';
import { createShop, ShopService, StockService } from './shop.app.js';

describe('createMcpContext', () => {
  const shop = new ShopService(new StockService(), {} as never);

  it('records progress and log lines', async () => {
    const context = createMcpContext();
    expect(context).toBeInstanceOf(McpContext);
    expect(await shop.count(2, context)).toBe(2);
    expect(context.recorded).toEqual({
      progress: [
        { progress: 1, total: 2, message: 'step 1' },
        { progress: 2, total: 2, message: 'step 2' },
      ],
      logs: [{ level: 'info', data: { counted: 2 }, logger: 'counter' }],
      asked: [],
    });
  });

  it('answers questions, and records them', async () => {
    const context = createMcpContext({ answers: { confirm: { reason: 'old' } } });
    expect(await shop.remove('abc', context)).toBe('removed: old');
    expect(context.recorded.asked).toMatchObject([{ key: 'confirm', message: 'Remove abc?' }]);
    const declined = createMcpContext({ answers: { confirm: 'decline' } });
    expect(await shop.remove('abc', declined)).toBe('decline');
  });

  it('rejects a question that has no answer, and an answer that does not fit the form', async () => {
    await expect(shop.remove('abc', createMcpContext())).rejects.toThrow(McpTestError);
    const wrong = createMcpContext({ answers: { confirm: { reason: 7 } } });
    await expect(shop.remove('abc', wrong)).rejects.toThrow('reason');
  });

  it('has the given caller and signal', () => {
    const stop = new AbortController();
    const auth = { subject: 'ann', scopes: [] };
    const context = createMcpContext({ auth, signal: stop.signal });
    expect(shop.whoami(context)).toBe('ann');
    stop.abort();
    expect(context.signal.aborted).toBe(true);
  });
});

describe('Catalogs of two versions', () => {
  it('show an added scope and a removed tool as breaking', async () => {
    const catalogOf = async (moduleRef: TestingModule) => {
      const client = await McpTestClient.connect(moduleRef, {
        as: { subject: 'ann', scopes: ['stock:write'] },
      });
      const catalog = await client.catalog();
      await client.close();
      await moduleRef.close();
      return catalog;
    };
    const after = await catalogOf(await createShop().compile());
    const tools = after.tools.map(({ scopes: _scopes, ...tool }) => tool);
    const before = {
      ...after,
      tools: [...tools, { name: 'zap', inputSchema: { type: 'object' } }],
    };
    expect(compareCatalogs(before, after)).toMatchObject([
      { kind: 'tool', name: 'remove', change: 'scopes', breaking: true },
      { kind: 'tool', name: 'zap', change: 'removed', breaking: true },
    ]);
    expect(compareCatalogs(after, after)).toEqual([]);
  });
});

class Order {
  @IsString()
  sku: string;

  @IsInt()
  amount: number;
}

@Injectable()
class Fragile {
  @McpTool({ description: 'Withstands.' })
  solid(order: Order): string {
    return `${order.amount} of ${order.sku}`;
  }

  @McpTool({ description: 'Breaks on large numbers.' })
  brittle({ amount }: Order): number {
    if (amount > 1_000) throw new Error('a secret of the inside');
    return amount;
  }

  @McpTool({ description: 'Says more than it declares.', output: { type: 'integer', maximum: 5 } })
  loose(@McpParam('amount') amount: number): number {
    return Math.trunc(amount);
  }

  @McpTool({ description: 'Hangs on an empty text.' })
  slow(@McpParam('sku') sku: string): Promise<string> | string {
    return sku === '' ? new Promise(() => undefined) : sku;
  }
}

describe.each(['legacy', 'modern'] as const)('assaultTools, %s', (era) => {
  let moduleRef: TestingModule;
  let client: McpTestClient;

  beforeAll(async () => {
    moduleRef = await Test.createTestingModule({
      imports: [McpModule.forRoot({ name: 'fragile', version: '1.0.0' })],
      providers: [Fragile],
    }).compile();
    moduleRef.useLogger(false);
    client = await McpTestClient.connect(moduleRef, { era, timeout: 2_000 });
  });
  afterAll(async () => {
    await client.close();
    await moduleRef.close();
  });

  it('finds the smallest input that breaks a tool', async () => {
    const { failures, ...report } = await assaultTools(client, { runs: 100, seed: 7 });
    expect(Object.fromEntries(failures.map(({ tool, input }) => [tool, input]))).toEqual({
      brittle: { sku: expect.any(String), amount: 1_001 },
      loose: { amount: expect.any(Number) },
      slow: { sku: '' },
    });
    const problems = failures.map(({ problem }) => problem).join('\n');
    expect(problems).toContain('Internal error');
    expect(problems).toContain('does not fit its declared output');
    expect(problems).toContain('got no answer within 2000 ms');
    expect(report.seed).toBe(7);
    expect(report.tools.find(({ name }) => name === 'solid')).toMatchObject({ calls: 100 });
    expect(report.answered).toBeGreaterThan(0);
    expect(report.refused).toBeGreaterThan(0);
  });

  it('generates the same inputs from the same seed, and only for the named tools', async () => {
    const one = await assaultTools(client, { runs: 20, seed: 3, tools: ['solid'] });
    expect(one).toMatchObject({ calls: 20, failures: [] });
    expect(await assaultTools(client, { runs: 20, seed: 3, tools: ['solid'] })).toEqual(one);
  });
});

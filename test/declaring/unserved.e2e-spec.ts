import { Injectable, Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { McpParam, McpPrompt, McpTool } from 'nestjs-mcp';
import { startApp, type StartedApp, type StartOptions } from '../support/start-app.js';

@Injectable()
class OrderService {
  @McpTool()
  find(@McpParam('id') id: string): string {
    return `real ${id}`;
  }

  @McpPrompt()
  review(): string {
    return 'Review the order.';
  }

  helper(): number {
    return 1;
  }
}

class Unrelated {
  find(): string {
    return 'another';
  }
}

class Extending extends OrderService {}

class Decorated {
  @McpTool()
  find(): string {
    return 'decorated';
  }

  @McpPrompt()
  review(): string {
    return 'decorated';
  }
}

@Module({ providers: [OrderService] })
class OrdersModule {}

let served: StartedApp;
afterEach(() => served.close());

async function warningsOf(options: StartOptions): Promise<string[]> {
  served = await startApp(options);
  return served.log.of('warn').filter((line) => line.includes('no server serves it'));
}

describe('A class that replaces one with tools', () => {
  it.each([
    ['a class', { useClass: Unrelated }],
    ['an instance', { useValue: new Unrelated() }],
    ['a factory', { useFactory: () => new Unrelated() }],
  ])('and declares none is named in a warning with the lost ones: %s', async (_how, provided) => {
    const warnings = await warningsOf({ providers: [{ provide: OrderService, ...provided }] });
    expect(warnings).toEqual([
      'OrderService.find, OrderService.review: decorated, but AppModule provides Unrelated in place of OrderService, and no server serves it. Let Unrelated extend OrderService, decorate its methods, or provide a plain object.',
    ]);
  });

  it.each([
    ['extends it', [{ provide: OrderService, useClass: Extending }]],
    ['declares them itself', [{ provide: OrderService, useClass: Decorated }]],
    ['is a plain object', [{ provide: OrderService, useValue: { find: () => 'mock' } }]],
    [
      'is only another name',
      [OrderService, Unrelated, { provide: OrderService, useExisting: Unrelated }],
    ],
  ])('is served if it %s', async (what, providers) => {
    const imports = what === 'is only another name' ? [OrdersModule] : [];
    expect(await warningsOf({ imports, providers })).toEqual([]);
    expect((await (await served.client()).listTools()).map(({ name }) => name)).toEqual(['find']);
  });
});

describe('A module that is loaded after the boot', () => {
  @Module({ providers: [Unrelated] })
  class PlainModule {}

  it('is named in one warning, with its tools, when a client lists them', async () => {
    expect(await warningsOf({})).toEqual([]);
    const loader = served.app.get(LazyModuleLoader);
    const client = await served.client();
    await loader.load(() => PlainModule);
    expect(await client.listTools()).toEqual([]);
    expect(served.log.of('warn').join('\n')).not.toContain('after the boot');
    await loader.load(() => OrdersModule);
    await client.listTools();
    await client.listTools();
    expect(served.log.of('warn').filter((line) => line.includes('after the boot'))).toEqual([
      'OrderService.find, OrderService.review: decorated, but OrdersModule was loaded after the boot, and no server serves it. Import OrdersModule in a module of the application, or add its tools by server.tools.add().',
    ]);
  });
});

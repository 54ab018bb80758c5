import { Injectable, SetMetadata, UseGuards, type CanActivate } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ExecutionContext, INestApplication } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { McpModule, McpParam, McpTool } from 'nestjs-mcp';
import { McpTestClient } from 'nestjs-mcp/testing';
import { toolOf } from '../support/tool-calls.js';

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.get<string>('role', context.getHandler()) !== 'admin';
  }
}

@Injectable()
class OrderService {
  @McpTool({ description: 'Finds an order' })
  find(@McpParam('id') id: string): string {
    return `real ${id}`;
  }

  @McpTool()
  @UseGuards(RolesGuard)
  @SetMetadata('role', 'admin')
  remove(): string {
    return 'removed';
  }

  @McpTool()
  count(): number {
    return 1;
  }
}

const mock = {
  prefix: 'mocked',
  find(id: string) {
    return `${this.prefix} ${id}`;
  },
  remove: () => 'open',
};

type Overriding = ReturnType<TestingModuleBuilder['overrideProvider']>;

const ways: [string, (overriding: Overriding) => TestingModuleBuilder][] = [
  ['value', (overriding) => overriding.useValue(mock)],
  ['factory', (overriding) => overriding.useFactory({ factory: () => mock })],
];

describe.each(ways)('A provider that a test mocks by a %s', (_what, override) => {
  let app: INestApplication;
  let client: McpTestClient;

  beforeAll(async () => {
    const builder = Test.createTestingModule({
      imports: [McpModule.forRoot({ name: 'test', version: '1.0.0' })],
      providers: [OrderService],
    });
    app = (await override(builder.overrideProvider(OrderService)).compile()).createNestApplication({
      logger: false,
    });
    client = await McpTestClient.connect(app, { over: 'http' });
  });

  afterAll(async () => {
    await client?.close();
    await app?.close();
  });

  it('keeps its tools with the schemas of the class, and the mock answers', async () => {
    expect(await toolOf(client, 'find')).toMatchObject({
      description: 'Finds an order',
      inputSchema: { required: ['id'] },
    });
    expect((await client.callTool('find', { id: '7' })).text).toBe('mocked 7');
    expect(await client.callTool('find', {})).toMatchObject({ isError: true });
  });

  it('keeps the guards of the class', async () => {
    expect((await client.callTool('remove')).text).toBe('Forbidden resource');
  });

  it('answers with an error that names the method missing in the mock', async () => {
    const result = await client.callTool('count');
    expect(result.isError).toBe(true);
    expect(result.text).toContain('The mock of OrderService has no method count.');
  });
});

describe.each(ways)(
  'A guard that a test overrides, of a provider that it mocks by a %s',
  (_what, override) => {
    @Injectable()
    class OpenGuard implements CanActivate {
      canActivate(): boolean {
        return true;
      }
    }

    const guards: [string, (overriding: Overriding) => TestingModuleBuilder][] = [
      ['value', (overriding) => overriding.useValue(new OpenGuard())],
      ['factory', (overriding) => overriding.useFactory({ factory: () => new OpenGuard() })],
      ['class', (overriding) => overriding.useClass(OpenGuard)],
    ];

    it.each(guards)('stays overridden by a %s', async (_kind, replace) => {
      const builder = Test.createTestingModule({
        imports: [McpModule.forRoot({ name: 'test', version: '1.0.0' })],
        providers: [OrderService],
      });
      const mocked = override(builder.overrideProvider(OrderService));
      const moduleRef = await replace(mocked.overrideGuard(RolesGuard)).compile();
      const client = await McpTestClient.connect(moduleRef);
      expect((await client.callTool('remove')).text).toBe('open');
      await client.close();
      await moduleRef.close();
    });
  },
);

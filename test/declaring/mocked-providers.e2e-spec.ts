import { Injectable, SetMetadata, UseGuards, type CanActivate } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ExecutionContext, INestApplication } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpModule, McpParam, McpTool } from 'nestjs-mcp';
import { call, textOf, toolOf } from './serve.js';

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
  let client: Client;

  beforeAll(async () => {
    const builder = Test.createTestingModule({
      imports: [McpModule.forRoot({ name: 'test', version: '1.0.0' })],
      providers: [OrderService],
    });
    app = (await override(builder.overrideProvider(OrderService)).compile()).createNestApplication({
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', await app.getUrl())));
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
    expect(textOf(await call(client, 'find', { id: '7' }))).toBe('mocked 7');
    expect(await call(client, 'find', {})).toMatchObject({ isError: true });
  });

  it('keeps the guards of the class', async () => {
    expect(textOf(await call(client, 'remove'))).toBe('Forbidden resource');
  });

  it('answers an error that names the method that the mock lacks', async () => {
    const result = await call(client, 'count');
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('The mock of OrderService has no method count.');
  });
});

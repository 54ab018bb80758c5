import { Injectable, Module, type DynamicModule, type Type } from '@nestjs/common';
import { McpConfigurationError, McpModule, McpTool } from 'nestjs-mcp';
import { bootError, startApp, stopAll } from '../support/start-app.js';

@Injectable()
class Tools {
  @McpTool()
  counted(): string {
    return 'counted';
  }
}

@Module({})
class RegisteredModule {
  static register(): DynamicModule {
    return { module: RegisteredModule, providers: [Tools] };
  }
}

@Injectable()
class OtherTools {
  @McpTool()
  other(): string {
    return 'other';
  }
}

@Module({ providers: [OtherTools] })
class OtherModule {}

describe('include', () => {
  afterEach(stopAll);

  it('takes a dynamic module as it stands in imports', async () => {
    const dynamic = RegisteredModule.register();
    const { client } = await startApp({
      imports: [dynamic, OtherModule],
      mcp: { include: [dynamic] },
    });
    const names = (await (await client()).listTools()).map((tool) => tool.name);
    expect(names).toEqual(['counted']);
  });

  it('takes another object of the same dynamic module', async () => {
    const { client } = await startApp({
      imports: [RegisteredModule.register(), OtherModule],
      mcp: { include: [RegisteredModule.register()] },
    });
    const names = (await (await client()).listTools()).map((tool) => tool.name);
    expect(names).toEqual(['counted']);
  });

  it('stops the boot at an entry that a circular import has left undefined', async () => {
    const error = await bootError({
      imports: [OtherModule],
      mcp: { include: [OtherModule, undefined as unknown as Type] },
    });
    expect(error).toBeInstanceOf(McpConfigurationError);
    expect(error.message).toBe(
      "McpModule (server 'test'): include has undefined at index 1. " +
        'Two files import each other, and the class did not exist yet when include was read (forwardRef does not help): move the class or the import out of the circle.',
    );
  });

  it('stops the boot at modules that the application does not import, and names them all', async () => {
    @Module({})
    class Nowhere {}
    const { message } = await bootError({
      mcp: { include: [Nowhere, RegisteredModule.register()] },
      imports: [
        McpModule.forRoot({ name: 'two', version: '1', prefix: 'two', include: [OtherModule] }),
      ],
    });
    for (const [server, name] of [
      ['test', 'Nowhere'],
      ['test', 'RegisteredModule'],
      ['two', 'OtherModule'],
    ]) {
      expect(message).toContain(
        `McpModule (server '${server}'): include names ${name}, which the application does not import. Import ${name} in a module of the application, or take it out of include.`,
      );
    }
  });
});

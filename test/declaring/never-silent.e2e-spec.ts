import {
  Body,
  Controller,
  Injectable,
  ParseFilePipe,
  Post,
  SetMetadata,
  UploadedFile,
  UploadedFiles,
  UseGuards,
  type CanActivate,
} from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import { McpParam, McpTool, McpTools } from 'nestjs-mcp';
import { bootError, startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

/** The metadata that GraphQL's `@Context()`, `@Root()` and `@Info()` leave: the package itself is not installed here. */
function GraphqlParameter(type: number): ParameterDecorator {
  return (target, name, index) =>
    Reflect.defineMetadata(
      '__routeArguments__',
      { [`${type}:${index}`]: { index, pipes: [] } },
      target.constructor,
      name as string,
    );
}

/** As many decorators are written: it puts another function in the place of the method, and copies nothing. */
function Shouting(): MethodDecorator {
  return (_target, _name, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as (...args: unknown[]) => string;
    descriptor.value = function (this: unknown, ...args: unknown[]) {
      return method.apply(this, args).toUpperCase();
    };
  };
}

/** The same, with the metadata. */
function ShoutingWithMetadata(): MethodDecorator {
  return (target, name, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as object;
    Shouting()(target, name, descriptor);
    for (const key of Reflect.getMetadataKeys(method)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, method), descriptor.value as object);
    }
  };
}

const closed: CanActivate = { canActivate: () => false };

class Named {
  @IsString()
  name!: string;
}

@Injectable()
class ReplacedService {
  @Shouting()
  @McpTool()
  greet(@McpParam('name') name: string): string {
    return `hello ${name}`;
  }

  @McpTool({ name: 'outer' })
  @Shouting()
  @McpTool({ name: 'inner' })
  twice(): string {
    return 'twice';
  }

  @ShoutingWithMetadata()
  @McpTool()
  @UseGuards(closed)
  guarded(): string {
    return 'guarded';
  }
}

@Injectable()
class OverridingService extends ReplacedService {
  override greet(): string {
    return 'of a subclass that declares nothing';
  }
}

@McpTools()
@Injectable()
class WholeService {
  one(): string {
    return 'one';
  }

  two(): string {
    return 'two';
  }
}

@Controller('files')
class FilesController {
  @Post()
  @McpTool()
  describe(
    @Body() { name }: Named,
    @UploadedFile(new ParseFilePipe({ fileIsRequired: false })) file?: object,
  ): string {
    return `${name}: ${file === undefined ? 'no file' : 'a file'}`;
  }

  @Post('many')
  @McpTool()
  describeMany(
    @Body() { name }: Named,
    @UploadedFiles(new ParseFilePipe({ fileIsRequired: false })) files?: object[],
  ): string {
    return `${name}: ${files === undefined ? 'no files' : 'files'}`;
  }
}

describe('No declaration is ignored silently:', () => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({
      providers: [WholeService, ReplacedService],
      controllers: [FilesController],
    });
  });

  afterAll(() => served.close());

  it('@McpTools() without an argument selects all methods', async () => {
    const client = await served.client();
    expect((await client.callTool('one')).text).toBe('one');
    expect((await client.callTool('two')).text).toBe('two');
  });

  it('an optional upload is left out', async () => {
    const client = await served.client();
    expect((await client.callTool('describe', { name: 'a' })).text).toBe('a: no file');
    expect((await client.callTool('describe_many', { name: 'a' })).text).toBe('a: no files');
  });

  it.each([
    [0, '@Root()'],
    [1, '@Context()'],
    [2, '@Info()'],
  ])("GraphQL's parameter of type %i stops the boot with one line", async (type, decorator) => {
    @Injectable()
    class BooksResolver {
      @SetMetadata('graphql:resolver_type', 'Query')
      @McpTool()
      books(@GraphqlParameter(type) _context: object): string {
        return '';
      }
    }
    const { message } = await bootError({ providers: [BooksResolver] });
    expect(message).toContain(`BooksResolver.books: ${decorator} is filled by GraphQL only`);
    expect(message).toContain('@McpCtx()');
    expect(message).not.toContain('\n');
  });

  it("the context of a microservice's message stops the boot with one line", async () => {
    @Controller()
    class OrdersConsumer {
      @MessagePattern('orders')
      @McpTool()
      take(@Payload() _order: Named, @Ctx() _context: object): string {
        return '';
      }
    }
    const { message } = await bootError({ controllers: [OrdersConsumer] });
    expect(message).toContain('OrdersConsumer.take: @Ctx() is filled by a microservice only');
    expect(message).toContain('@McpCtx()');
  });

  it('the socket of a WebSocket message stops the boot with one line', async () => {
    @Injectable()
    class ChatGateway {
      @SubscribeMessage('chat')
      @McpTool()
      say(@MessageBody() _message: Named, @ConnectedSocket() _socket: object): string {
        return '';
      }
    }
    const { message } = await bootError({ providers: [ChatGateway] });
    expect(message).toContain('ChatGateway.say: @ConnectedSocket() is filled by a WebSocket');
    expect(message).toContain('@McpCtx()');
  });

  it('a message handler that takes only its payload is a tool', async () => {
    @Controller()
    class Greeter {
      @MessagePattern('greet')
      @McpTool()
      greet(@Payload() { name }: Named): string {
        return `hello ${name}`;
      }
    }
    const greeting = await startApp({ controllers: [Greeter] });
    const client = await greeting.client();
    expect((await client.callTool('greet', { name: 'Ada' })).text).toBe('hello Ada');
    await greeting.close();
  });

  it('a method that a decorator above @McpTool() has replaced is the tool', async () => {
    const client = await served.client();
    expect((await client.callTool('greet', { name: 'Ada' })).text).toBe('HELLO ADA');
    expect((await toolOf(client, 'greet')).inputSchema).toMatchObject({ required: ['name'] });
  });

  it('a decorator between two @McpTool() leaves both tools', async () => {
    const client = await served.client();
    expect((await client.callTool('outer')).text).toBe('TWICE');
    expect((await client.callTool('inner')).text).toBe('TWICE');
  });

  it('a replacement that copied the metadata is one tool with its guards', async () => {
    const client = await served.client();
    expect(await client.callTool('guarded')).toMatchObject({ isError: true });
    const tools = await client.listTools();
    expect(tools.filter(({ name }) => name === 'guarded')).toHaveLength(1);
  });

  it.each([
    ['guards', UseGuards(closed), '__guards__'],
    ['roles', SetMetadata('roles', ['admin']), 'roles'],
  ])(
    'a replaced method that lost its %s stops the boot with one line',
    async (_what, mark, key) => {
      @Injectable()
      class LostService {
        @Shouting()
        @McpTool()
        @mark
        run(): string {
          return '';
        }
      }
      const { message } = await bootError({ providers: [LostService] });
      expect(message).toContain('LostService.run: a decorator above the MCP decorator replaced');
      expect(message).toContain(`(${key})`);
      expect(message).toContain('below the MCP decorator');
      expect(message).not.toContain('\n');
    },
  );

  it('a guard above the replacing decorator does not hide the one that is lost below', async () => {
    @Injectable()
    class HalfGuardedService {
      @UseGuards({ canActivate: () => true })
      @Shouting()
      @McpTool()
      @UseGuards(closed)
      run(): string {
        return '';
      }
    }
    const { message } = await bootError({ providers: [HalfGuardedService] });
    expect(message).toContain('(__guards__)');
  });

  it('a subclass that overrides a replaced method without a decorator has no such tool', async () => {
    const overriding = await startApp({ providers: [OverridingService] });
    const client = await overriding.client();
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('greet');
    expect(tools.map(({ name }) => name)).toContain('inner');
    await overriding.close();
  });
});

import {
  Body,
  Controller,
  Injectable,
  ParseFilePipe,
  Post,
  SetMetadata,
  UploadedFile,
  UploadedFiles,
} from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { IsString } from 'class-validator';
import { McpTool, McpTools } from 'nestjs-mcp';
import { bootError, call, serve, textOf, type Served } from './serve.js';

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

class Named {
  @IsString()
  name!: string;
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

describe('Nothing is lost in silence:', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ providers: [WholeService], controllers: [FilesController] });
  });

  afterAll(() => served.close());

  it('@McpTools() without an argument takes all methods', async () => {
    const client = await served.connect();
    expect(textOf(await call(client, 'one'))).toBe('one');
    expect(textOf(await call(client, 'two'))).toBe('two');
  });

  it('an upload that may be left out is left out', async () => {
    const client = await served.connect();
    expect(textOf(await call(client, 'describe', { name: 'a' }))).toBe('a: no file');
    expect(textOf(await call(client, 'describe_many', { name: 'a' }))).toBe('a: no files');
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
    const greeting = await serve({ controllers: [Greeter] });
    const client = await greeting.connect();
    expect(textOf(await call(client, 'greet', { name: 'Ada' }))).toBe('hello Ada');
    await greeting.close();
  });
});

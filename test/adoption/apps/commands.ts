// A boilerplate of commands and queries: buses and handlers, one guard for everything with exceptions, a filter and a wrapper of its own.
import {
  Body,
  Catch,
  Controller,
  Get,
  HttpException,
  Injectable,
  Module,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  SetMetadata,
  UnauthorizedException,
  ValidationPipe,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  APP_PIPE,
  HttpAdapterHost,
  Reflector,
} from '@nestjs/core';
import {
  CommandBus,
  CommandHandler,
  CqrsModule,
  QueryBus,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { ArrayMaxSize, IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { McpModule } from 'nestjs-mcp';
import { map, type Observable } from 'rxjs';
import { changed, type Adopted } from './running.js';

enum State {
  Draft = 'draft',
  Published = 'published',
}

class CreatePost {
  @IsString() @Length(3, 20) title: string;
  @IsOptional() @IsEnum(State) state: State = State.Draft;
  @IsOptional() @IsString({ each: true }) @ArrayMaxSize(2) tags?: string[];
}

class CreatePostCommand {
  constructor(
    readonly post: CreatePost,
    readonly author: string,
  ) {}
}

class FindPostQuery {
  constructor(readonly id: string) {}
}

class PostMissing extends Error {
  constructor(readonly id: string) {
    super(`There is no post ${id}.`);
  }
}

const known = '0b7c2c4e-6a55-4b6e-9d0c-6f6b7c7f1b11';

@CommandHandler(CreatePostCommand)
class CreatePostHandler implements ICommandHandler<CreatePostCommand> {
  async execute({ post, author }: CreatePostCommand): Promise<object> {
    changed('post created', post, author);
    return { id: known, post, author };
  }
}

@QueryHandler(FindPostQuery)
class FindPostHandler implements IQueryHandler<FindPostQuery> {
  async execute({ id }: FindPostQuery): Promise<object> {
    if (id !== known) throw new PostMissing(id);
    return { id, title: 'Hello' };
  }
}

const Public = () => SetMetadata('public', true);

@Injectable()
class KeyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (context.getType() !== 'http' || this.reflector.getAllAndOverride('public', targets))
      return true;
    const request = context.switchToHttp().getRequest<{
      headers: Record<string, string | undefined>;
      url: string;
      user?: string;
    }>();
    // The endpoint of MCP is open: each tool asks for itself.
    if (request.url.startsWith('/mcp')) return true;
    const key = request.headers['x-api-key'];
    if (key !== 'ann' && key !== 'bob') throw new UnauthorizedException();
    request.user = key;
    return true;
  }
}

@Catch(PostMissing)
class MissingFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch({ message }: PostMissing, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(
      host.switchToHttp().getResponse(),
      { statusCode: 404, message },
      404,
    );
  }
}

@Injectable()
class Wrapper implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Controller('posts')
class PostsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  create(@Body() post: CreatePost): Promise<object> {
    return this.commands.execute(new CreatePostCommand(post, 'someone'));
  }

  @Public()
  @Get(':id')
  find(@Param('id', ParseUUIDPipe) id: string): Promise<object> {
    return this.queries.execute(new FindPostQuery(id));
  }

  @Get()
  search(@Query('text') text?: string, @Query('state') state?: string): object {
    if (text === 'teapot') throw new HttpException('I am a teapot', 418);
    return { text: text ?? 'everything', state: state ?? 'any' };
  }
}

@Module({
  imports: [CqrsModule],
  controllers: [PostsController],
  providers: [CreatePostHandler, FindPostHandler],
})
class PostsModule {}

@Module({
  imports: [
    PostsModule,
    // No controller knows of MCP.
    McpModule.forRoot({ name: 'commands', version: '1.0.0', routes: { modules: [PostsModule] } }),
  ],
  providers: [
    { provide: APP_GUARD, useClass: KeyGuard },
    { provide: APP_FILTER, useClass: MissingFilter },
    { provide: APP_INTERCEPTOR, useClass: Wrapper },
    {
      provide: APP_PIPE,
      useFactory: () =>
        new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
    },
  ],
})
class CommandsModule {}

export const commands: Adopted = {
  module: CommandsModule,
  path: '/mcp',
  callers: () => ({ anonymous: {}, ann: { 'x-api-key': 'ann' }, stranger: { 'x-api-key': 'eve' } }),
};

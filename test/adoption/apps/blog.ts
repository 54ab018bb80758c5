// A realworld blog: middleware that knows the user by route and verb, pipes on methods, the resource in a key of the body, its own parameter decorator.
import {
  Body,
  Controller,
  createParamDecorator,
  Delete,
  ForbiddenException,
  Get,
  HttpException,
  HttpStatus,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  RequestMethod,
  UsePipes,
  ValidationPipe,
  type ExecutionContext,
  type MiddlewareConsumer,
  type NestMiddleware,
  type NestModule,
} from '@nestjs/common';
import { IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { McpModule, McpTool } from 'nestjs-mcp';
import { changed, type Adopted } from './running.js';

interface WithUser {
  readonly headers: Record<string, string | undefined>;
  user?: string;
}

@Injectable()
class Directory {
  userOf(token: string): string | undefined {
    return ['ann', 'bob'].find((name) => token === `Token ${name}`);
  }
}

@Injectable()
class AuthMiddleware implements NestMiddleware {
  constructor(private readonly directory: Directory) {}

  use(request: WithUser, _response: unknown, next: () => void): void {
    const { authorization } = request.headers;
    if (!authorization) throw new HttpException('Not authorized.', HttpStatus.UNAUTHORIZED);
    const user = this.directory.userOf(authorization);
    if (!user) throw new HttpException('User not found.', HttpStatus.UNAUTHORIZED);
    request.user = user;
    next();
  }
}

const User = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<WithUser>().user;
});

class CreateArticle {
  @IsNotEmpty() @IsString() title: string;
  @IsOptional() @IsString() body?: string;
}

class ArticleQuery {
  @IsOptional() @IsString() author?: string;
  @IsOptional() @IsString() tag?: string;
}

@Controller('articles')
class ArticlesController {
  @Get()
  @McpTool({ name: 'articles_list' })
  list(@Query(new ValidationPipe({ transform: true })) query: ArticleQuery): object {
    return { articles: [{ slug: 'hello' }], query, articlesCount: 1 };
  }

  @Get(':slug')
  @McpTool({ name: 'articles_find' })
  find(@Param('slug') slug: string): object {
    if (slug !== 'hello') throw new NotFoundException({ errors: { article: ['not found'] } });
    return { article: { slug, author: 'ann' } };
  }

  @UsePipes(new ValidationPipe())
  @Post()
  @McpTool({ name: 'articles_create' })
  create(@User() user: string, @Body('article') article: CreateArticle): object {
    changed('article created', user, article);
    return { article, author: user };
  }

  @Put(':slug')
  @McpTool({ name: 'articles_update' })
  update(@User() user: string, @Param('slug') slug: string, @Body('title') title?: string): object {
    if (user !== 'ann') throw new ForbiddenException();
    changed('article updated', slug, title);
    return { slug, title: title ?? 'unchanged' };
  }

  @Delete(':slug')
  @McpTool({ name: 'articles_remove' })
  remove(@User() user: string, @Param('slug') slug: string): object {
    if (user !== 'ann') throw new ForbiddenException('Only the author may.');
    changed('article removed', slug);
    return { removed: slug };
  }
}

@Module({
  controllers: [ArticlesController],
  providers: [Directory],
})
class ArticlesModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(AuthMiddleware)
      .forRoutes(
        { path: 'articles', method: RequestMethod.POST },
        { path: 'articles/:slug', method: RequestMethod.DELETE },
        { path: 'articles/:slug', method: RequestMethod.PUT },
      );
  }
}

@Module({ imports: [ArticlesModule, McpModule.forRoot({ name: 'blog', version: '1.0.0' })] })
class BlogModule {}

export const blog: Adopted = {
  module: BlogModule,
  path: '/mcp',
  callers: () => ({
    anonymous: {},
    ann: { authorization: 'Token ann' },
    bob: { authorization: 'Token bob' },
    stranger: { authorization: 'Token eve' },
  }),
};

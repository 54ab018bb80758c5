// Nest's own samples in one: functional middleware, roles, a pipe over zod, parse pipes, an exception filter, a request-scoped service.
import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  DefaultValuePipe,
  Delete,
  Get,
  HttpException,
  Inject,
  Injectable,
  Module,
  Param,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseEnumPipe,
  ParseIntPipe,
  Post,
  Query,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestModule,
  type PipeTransform,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector, REQUEST } from '@nestjs/core';
import { McpGroup, McpModule, McpTool, McpTools } from 'nestjs-mcp';
import { tap, type Observable } from 'rxjs';
import { z } from 'zod';
import { changed, type Adopted } from './running.js';

interface WithUser {
  readonly headers: Record<string, string | undefined>;
  user?: { readonly roles: readonly string[] };
}

const Roles = Reflector.createDecorator<string[]>();

function identify(request: WithUser, _response: unknown, next: () => void): void {
  const role = request.headers['x-role'];
  if (role !== undefined) request.user = { roles: [role] };
  next();
}

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.get(Roles, context.getHandler());
    const { user } = context.switchToHttp().getRequest<WithUser>();
    return !roles || user?.roles.some((role) => roles.includes(role)) === true;
  }
}

@Catch(HttpException)
class HttpExceptionFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(exception: HttpException, host: ArgumentsHost): void {
    const status = exception.getStatus();
    const response = host.switchToHttp().getResponse<object>();
    this.host.httpAdapter.reply(
      response,
      { statusCode: status, message: exception.message },
      status,
    );
  }
}

@Injectable()
class LoggingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { name } = context.getHandler();
    return next.handle().pipe(tap(() => changed('logged', name)));
  }
}

const catSchema = z.object({ name: z.string().min(2), age: z.number().int().max(30) });

class ZodPipe implements PipeTransform {
  constructor(private readonly schema: z.ZodType) {}

  transform(value: unknown): unknown {
    const { success, data } = this.schema.safeParse(value);
    if (!success) throw new BadRequestException('Validation failed');
    return data;
  }
}

enum Colour {
  Black = 'black',
  White = 'white',
}

@Injectable({ scope: Scope.REQUEST })
class Cats {
  constructor(@Inject(REQUEST) private readonly request: WithUser) {}

  list(limit: number, sleeping: boolean | undefined): object {
    return { limit, sleeping: sleeping ?? null, asked: this.request.headers['x-role'] ?? 'nobody' };
  }
}

@McpGroup('cats')
@McpTools()
@UseGuards(RolesGuard)
@UseFilters(HttpExceptionFilter)
@UseInterceptors(LoggingInterceptor)
@Controller('cats')
class CatsController {
  constructor(private readonly cats: Cats) {}

  @Post()
  @Roles(['admin'])
  @UsePipes(new ZodPipe(catSchema))
  // The type of the body is no class: the tool takes the schema that the pipe has.
  @McpTool({ input: catSchema })
  create(@Body() cat: Record<string, unknown>): object {
    changed('cat created', cat);
    return { created: cat };
  }

  @Get()
  list(
    @Query('limit', new DefaultValuePipe(10), ParseIntPipe) limit: number,
    @Query('sleeping', new ParseBoolPipe({ optional: true })) sleeping?: boolean,
  ): object {
    return this.cats.list(limit, sleeping);
  }

  @Get('of/:colour')
  ofColour(
    @Param('colour', new ParseEnumPipe(Colour)) colour: Colour,
    @Query('ids', new ParseArrayPipe({ items: Number, optional: true })) ids?: number[],
  ): object {
    return { colour, ids: ids ?? [] };
  }

  @Delete(':id')
  @Roles(['admin'])
  remove(@Param('id', ParseIntPipe) id: number): string {
    if (id > 100) throw new HttpException('There are not so many cats', 404);
    changed('cat removed', id);
    return `removed ${id}`;
  }
}

@Module({
  imports: [McpModule.forRoot({ name: 'samples', version: '1.0.0' })],
  controllers: [CatsController],
  providers: [Cats],
})
class SamplesModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(identify).forRoutes(CatsController);
  }
}

export const samples: Adopted = {
  module: SamplesModule,
  path: '/mcp',
  callers: () => ({ anonymous: {}, admin: { 'x-role': 'admin' }, guest: { 'x-role': 'guest' } }),
};

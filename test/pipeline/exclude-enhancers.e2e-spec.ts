import {
  Catch,
  Controller,
  Get,
  Injectable,
  NotFoundException,
  Scope,
  UseInterceptors,
  ValidationPipe,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, BaseExceptionFilter } from '@nestjs/core';
import { McpPrompt, McpTool } from 'nestjs-mcp';
import { map, type Observable } from 'rxjs';
import { adapters, startApp, stopAll } from '../support/start-app.js';

const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

/** As it stands in very many applications. */
@Injectable()
class WrapInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Injectable({ scope: Scope.REQUEST })
class ScopedWrapInterceptor extends WrapInterceptor {}

@Catch()
class EverythingFilter extends BaseExceptionFilter {
  override catch(): string {
    return 'filtered';
  }
}

@Controller('words')
class Words {
  @Get()
  @McpTool({
    output: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
  })
  word(): { word: string } {
    return { word: 'hey' };
  }

  @McpPrompt()
  greet(): string {
    return 'Greet me';
  }

  @McpTool()
  missing(): never {
    throw new NotFoundException('No such word');
  }

  @McpTool()
  @UseInterceptors(WrapInterceptor)
  wrapped(): string {
    return 'inner';
  }
}

const globals = [
  { provide: APP_INTERCEPTOR, useClass: WrapInterceptor },
  { provide: APP_INTERCEPTOR, useClass: ScopedWrapInterceptor },
  { provide: APP_INTERCEPTOR, useFactory: () => new WrapInterceptor() },
  { provide: APP_FILTER, useClass: EverythingFilter },
];

afterEach(stopAll);

describe.each(adapters)('excludeEnhancers on %s', (adapter) => {
  it('excludes global interceptors and filters from primitives, and from nothing else', async () => {
    const { connect, url } = await startApp({
      adapter,
      controllers: [Words],
      providers: globals,
      mcp: { excludeEnhancers: [WrapInterceptor, ScopedWrapInterceptor, EverythingFilter] },
    });
    const client = await connect();
    const word = await client.callTool({ name: 'word' });
    expect(word.structuredContent).toEqual({ word: 'hey' });
    const { messages } = await client.getPrompt({ name: 'greet' });
    expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: 'Greet me' } }]);
    expect(textOf(await client.callTool({ name: 'missing' }))).toBe('No such word');
    // The class itself asks for it.
    const wrapped = await client.callTool({ name: 'wrapped' });
    expect(wrapped.structuredContent).toEqual({ data: 'inner' });
    expect(await (await fetch(`${url}/words`)).json()).toEqual({
      data: { data: { data: { word: 'hey' } } },
    });
    await client.close();
  });
});

describe('excludeEnhancers', () => {
  it.each([
    [
      'a guard',
      class SomeGuard implements CanActivate {
        canActivate(): boolean {
          return true;
        }
      },
      /excludeEnhancers.*SomeGuard is a guard.*guards and pipes cannot be excluded/,
    ],
    ['a pipe', ValidationPipe, /excludeEnhancers.*ValidationPipe is a pipe/],
    ['anything else', class Service {}, /excludeEnhancers.*Service is neither/],
  ])('stops the boot for %s', async (_what, type, message) => {
    const boot = startApp({
      controllers: [Words],
      providers: [{ provide: APP_GUARD, useValue: { canActivate: () => true } }],
      mcp: { excludeEnhancers: [type] },
    });
    await expect(boot).rejects.toThrow(message);
  });
});

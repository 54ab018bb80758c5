import 'reflect-metadata';
import {
  Injectable,
  Module,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Min,
} from 'class-validator';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import {
  McpContext,
  McpModule,
  McpParam,
  McpResource,
  McpTool,
  sse,
  staticTokens,
  streamableHttp,
} from '../../build/lib/index.js';
import { redisBackplane } from '../../build/lib/redis/index.js';
import { TOKEN } from '../wire/token.js';
import { bigText, progressText } from './sizes.js';
import { announce, settings } from './child.js';
import { templateOf, toolDescription, toolName } from './tools.js';

class EchoInput {
  /** What to say back. */
  @IsString()
  message: string;
}

/** A class of its own for each tool: nothing is shared that an application would not share. */
function createItemInput(): Type {
  class ItemInput {
    @IsString()
    @Length(1, 200)
    title: string;

    @IsInt()
    @Min(0)
    quantity: number;

    @IsNumber()
    @Min(0)
    price: number;

    @IsIn(['tools', 'toys', 'books'])
    category: string;

    @IsOptional()
    @IsBoolean()
    inStock?: boolean;
  }
  return ItemInput;
}

@Injectable()
class Tools {
  @McpTool({ description: 'Says it back' })
  echo(input: EchoInput): string {
    return input.message;
  }
}

/** Tools whose messages are large. */
@Injectable()
class LargeTools {
  @McpTool({ description: 'Answers with as many bytes' })
  big(@McpParam('bytes') bytes: number): string {
    return bigText(bytes);
  }

  @McpTool({ description: 'Reports progress in messages of 4 kB, as many bytes in all' })
  async stream(@McpParam('bytes') bytes: number, context: McpContext): Promise<string> {
    const messages = bytes / progressText.length;
    for (let sent = 1; sent <= messages; sent++) {
      await context.progress(sent, messages, progressText);
    }
    return 'streamed';
  }
}

/** Every fourth caller may see a tool that has it. */
@Injectable()
class EveryFourth implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { auth } = context.switchToHttp().getRequest<{ auth?: { subject: string } }>();
    return Number(auth?.subject) % 4 === 0;
  }
}

/** The n-th caller holds ten scopes of a hundred. */
const eachItsScopes = {
  async verify(token: string) {
    const n = Number(token.slice(TOKEN.length));
    return {
      subject: String(n),
      scopes: Array.from({ length: 10 }, (_, i) => `shelf:${(n + i * 10) % 100}`),
    };
  },
};

/** Of ten tools eight are for everyone, one has a scope, one a `visibility`. */
function accessOf(n: number): object {
  if (!settings.filtered) return {};
  if (n % 10 === 8) return { scopes: [`shelf:${n % 100}`] };
  return n % 10 === 9 ? { visibility: EveryFourth } : {};
}

/** What is measured of several processes needs more than an echo. */
@Injectable()
class SlowTools {
  @McpTool({ description: 'Waits' })
  async wait(context: McpContext): Promise<string> {
    await context.progress(1, 2);
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
    return 'aborted';
  }

  @McpTool({ description: 'Logs' })
  async speak(context: McpContext): Promise<string> {
    await context.log.debug('spoken');
    return 'spoken';
  }

  @McpTool({ description: 'Is a task', task: 'required' })
  async report(context: McpContext): Promise<string> {
    return this.wait(context);
  }
}

/** Services with 20 methods each: nobody writes a class of 1,000. */
const services: Type[] = [];

function serviceOf(n: number): Type {
  if (n % 20 === 0) {
    @Injectable()
    class Service {}
    services.push(Service);
  }
  return services.at(-1) ?? Tools;
}

function declare(
  { prototype }: Type,
  name: string,
  method: (...input: never[]) => string,
  types: Type[],
  decorator: MethodDecorator,
): void {
  const descriptor = { value: method, writable: true, configurable: true };
  const target = prototype as object;
  Object.defineProperty(target, name, descriptor);
  Reflect.defineMetadata('design:paramtypes', types, target, name);
  decorator(target, name, descriptor);
}

for (let n = 0; n < settings.tools; n++) {
  declare(
    serviceOf(n),
    toolName(n),
    // A named parameter: Nest-like frameworks read it from the source.
    (input: { title: string }) => input.title,
    [createItemInput()],
    McpTool({
      name: toolName(n),
      description: toolDescription(n),
      ...accessOf(n),
    }) as MethodDecorator,
  );
}
for (let n = 0; n < settings.templates; n++) {
  const service = serviceOf(n);
  McpParam('id')(service.prototype as object, `shelf_${n}`, 0);
  declare(
    service,
    `shelf_${n}`,
    (id: string) => id,
    [String],
    McpResource(templateOf(n), { name: `shelf_${n}`, mimeType: 'text/plain' }),
  );
}

for (let n = 0; n < settings.resources; n++) {
  declare(
    serviceOf(n),
    `file_${n}`,
    () => 'a file',
    [],
    McpResource(`file:///shelf/${n}`, { name: `file_${n}`, mimeType: 'text/plain' }),
  );
}

@Module({
  imports: [
    McpModule.forRoot({
      name: 'bench',
      version: '1.0.0',
      ...(settings.guarded && {
        auth: { verifier: settings.filtered ? eachItsScopes : staticTokens(TOKEN) },
      }),
      transports: [streamableHttp({ stateless: settings.way === 'stateless' }), sse()],
      ...(settings.redis !== '' && {
        backplane: redisBackplane({ url: settings.redis }),
        stateSecret: 'only the benchmark knows this secret',
      }),
      ...(settings.resources > 0 && { pageSize: 100 }),
      sessions: { max: 20_000, maxPerOwner: 20_000 },
    }),
  ],
  providers: [
    Tools,
    EveryFourth,
    ...services,
    ...(settings.large ? [LargeTools] : []),
    ...(settings.redis === '' ? [] : [SlowTools]),
  ],
})
class BenchModule {}

let app: INestApplication;
if (settings.adapter === 'fastify') {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  app = await NestFactory.create(BenchModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
} else {
  app = await NestFactory.create(BenchModule, { logger: ['error', 'warn'] });
}
await app.listen(0, '127.0.0.1');
announce(((app.getHttpServer() as Server).address() as AddressInfo).port);

import 'reflect-metadata';
import {
  Body,
  Controller,
  HttpCode,
  Module,
  Post,
  Sse,
  type DynamicModule,
  type INestApplication,
  type MessageEvent,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AddressInfo, Server } from 'node:net';
import { concat, NEVER, of, type Observable } from 'rxjs';
import { announce, settings } from './child.js';
import { answer, type EchoCall } from './echo-answer.js';

@Controller()
class PlainController {
  @Post('mcp')
  @HttpCode(200)
  call(@Body() call: EchoCall): object {
    return answer(call);
  }

  @Sse('sse')
  stream(): Observable<MessageEvent> {
    return concat(of({ type: 'endpoint', data: '/messages' }), NEVER);
  }
}

// A bare application loads neither.
async function moduleBeside(): Promise<DynamicModule> {
  const { McpModule } = await import('../../build/lib/index.js');
  return McpModule.forRoot({ name: 'beside', version: '1.0.0', prefix: 'beside' });
}

async function guardedController(): Promise<Type> {
  const { GuardedController } = await import('./guarded.controller.js');
  return GuardedController;
}

@Module({
  imports: settings.beside ? [await moduleBeside()] : [],
  controllers: [settings.guarded ? await guardedController() : PlainController],
})
class PlainModule {}

let app: INestApplication;
if (settings.adapter === 'fastify') {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  app = await NestFactory.create(PlainModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
} else {
  app = await NestFactory.create(PlainModule, { logger: ['error', 'warn'] });
}
await app.listen(0, '127.0.0.1');
announce(((app.getHttpServer() as Server).address() as AddressInfo).port);

import 'reflect-metadata';
import {
  Body,
  Controller,
  HttpCode,
  Module,
  Post,
  Sse,
  type INestApplication,
  type MessageEvent,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AddressInfo, Server } from 'node:net';
import { concat, NEVER, of, type Observable } from 'rxjs';
import { McpModule } from '../../build/lib/index.js';
import { announce, settings } from './child.js';

interface EchoCall {
  id: number;
  params: { arguments: { message: string } };
}

@Controller()
class PlainController {
  @Post('mcp')
  @HttpCode(200)
  call(@Body() { id, params }: EchoCall): object {
    return {
      jsonrpc: '2.0',
      id,
      result: { content: [{ type: 'text', text: params.arguments.message }] },
    };
  }

  @Sse('sse')
  stream(): Observable<MessageEvent> {
    return concat(of({ type: 'endpoint', data: '/messages' }), NEVER);
  }
}

@Module({
  imports: settings.beside
    ? [McpModule.forRoot({ name: 'beside', version: '1.0.0', prefix: 'beside' })]
    : [],
  controllers: [PlainController],
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

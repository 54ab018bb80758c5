import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpModule, McpTransportType, Tool } from '@rekog/mcp-nest-1';
import type { AddressInfo, Server } from 'node:net';
import { z } from 'zod';
import { announce, settings } from './child.js';
import { echoShape, itemShape, toolDescription, toolName } from './tools.js';

@Injectable()
class Tools {
  @Tool({ name: 'echo', description: 'Says it back', parameters: z.object(echoShape) })
  echo({ message }: { message: string }): object {
    return { content: [{ type: 'text', text: message }] };
  }
}

const parameters = z.object(itemShape);
for (let n = 0; n < settings.tools; n++) {
  const name = toolName(n);
  const descriptor = {
    value: ({ title }: { title: string }) => ({ content: [{ type: 'text', text: title }] }),
    writable: true,
    configurable: true,
  };
  Object.defineProperty(Tools.prototype, name, descriptor);
  const decorate = Tool({ name, description: toolDescription(n), parameters }) as MethodDecorator;
  decorate(Tools.prototype, name, descriptor);
}

@Module({
  imports: [
    McpModule.forRoot({
      name: 'bench',
      version: '1.0.0',
      transport: settings.way === 'sse' ? McpTransportType.SSE : McpTransportType.STREAMABLE_HTTP,
      streamableHttp: {
        enableJsonResponse: settings.json,
        statelessMode: settings.way === 'stateless',
        ...(settings.way === 'session' && { sessionIdGenerator: () => crypto.randomUUID() }),
      },
      logging: false,
    }),
  ],
  providers: [Tools],
})
class BenchModule {}

const app = await NestFactory.create(BenchModule, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
announce(((app.getHttpServer() as Server).address() as AddressInfo).port);

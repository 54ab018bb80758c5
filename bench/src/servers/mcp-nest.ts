import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import {
  McpController,
  McpStrategy,
  ResourceTemplate,
  StreamableHttpTransport,
  Tool,
} from '@rekog/mcp-nest';
import type { AddressInfo, Server } from 'node:net';
import { z } from 'zod';
import { announce, settings } from './child.js';
import { echoShape, itemShape, templateOf, toolDescription, toolName } from './tools.js';

@McpController()
class Tools {
  @Tool({ name: 'echo', description: 'Says it back', parameters: z.object(echoShape) })
  echo(@Payload() { message }: { message: string }): object {
    return { content: [{ type: 'text', text: message }] };
  }
}

function declare(name: string, method: (input: never) => object, decorator: MethodDecorator): void {
  const descriptor = { value: method, writable: true, configurable: true };
  Object.defineProperty(Tools.prototype, name, descriptor);
  Payload()(Tools.prototype, name, 0);
  decorator(Tools.prototype, name, descriptor);
  Object.defineProperty(Tools.prototype, name, descriptor);
}

const parameters = z.object(itemShape);
for (let n = 0; n < settings.tools; n++) {
  declare(
    toolName(n),
    ({ title }: { title: string }) => ({ content: [{ type: 'text', text: title }] }),
    Tool({ name: toolName(n), description: toolDescription(n), parameters }) as MethodDecorator,
  );
}
for (let n = 0; n < settings.templates; n++) {
  declare(
    `shelf_${n}`,
    ({ uri, id }: { uri: string; id: string }) => ({
      contents: [{ uri, mimeType: 'text/plain', text: id }],
    }),
    ResourceTemplate({
      name: `shelf_${n}`,
      description: 'One shelf',
      uriTemplate: templateOf(n),
      mimeType: 'text/plain',
    }) as MethodDecorator,
  );
}

const strategy = new McpStrategy({
  name: 'bench',
  version: '1.0.0',
  transports: [
    new StreamableHttpTransport({
      statefulMode: settings.way === 'session',
      enableJsonResponse: settings.json,
    }),
  ],
});

@Module({ controllers: [Tools] })
class BenchModule {}

const app = await NestFactory.create(BenchModule, { logger: ['error', 'warn'] });
strategy.setHttpAdapter(app.getHttpAdapter());
app.connectMicroservice({ strategy });
await app.startAllMicroservices();
await app.listen(0, '127.0.0.1');
announce(((app.getHttpServer() as Server).address() as AddressInfo).port);

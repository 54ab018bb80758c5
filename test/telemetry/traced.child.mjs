// An application beside the official instrumentations of OpenTelemetry. The argument says on which platform.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { trace } from '@opentelemetry/api';
import { McpModule, McpTool } from '../../dist/libs/mcp/src/index.js';
import { openTelemetry } from '../../dist/libs/mcp/src/telemetry/index.js';

class Orders {
  async find() {
    return trace.getTracer('database').startActiveSpan('SELECT orders', (span) => {
      span.end();
      return 'found';
    });
  }
}
McpTool({ description: 'Finds orders.' })(
  Orders.prototype,
  'find',
  Object.getOwnPropertyDescriptor(Orders.prototype, 'find'),
);

class AppModule {}
Module({
  imports: [McpModule.forRoot({ name: 'orders', version: '1', telemetry: openTelemetry() })],
  providers: [Orders],
})(AppModule);

const adapter = process.argv[2] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(AppModule, adapter, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl() });
process.on('disconnect', () => void app.close());

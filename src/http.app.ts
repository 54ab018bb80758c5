import type { NestApplicationOptions } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import type { Environment } from './config/environment.js';
import { version } from './version.js';

/** Creates the service with its REST API, API document and MCP routes; the caller lets it listen. */
export async function createHttpApp(
  options: NestApplicationOptions = {},
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.over('http'), options);
  // Shutdown ends with an exit, not with the signal again: the first process of a container would survive that.
  app.enableShutdownHooks([], { useProcessExit: true });
  app.disable('x-powered-by');
  allowOrigins(app);
  serveDocument(app);
  return app;
}

function allowOrigins(app: NestExpressApplication): void {
  const config = app.get<ConfigService<Environment, true>>(ConfigService);
  const origin = config.get('ALLOWED_ORIGINS', { infer: true });
  if (origin.length === 0) return;
  app.enableCors({
    origin,
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Last-Event-ID',
      'MCP-Protocol-Version',
      'Mcp-Method',
      'Mcp-Name',
      'Mcp-Session-Id',
    ],
    exposedHeaders: [
      'Last-Event-Id',
      'Mcp-Protocol-Version',
      'Mcp-Session-Id',
      'WWW-Authenticate',
      'X-Total-Count',
    ],
    maxAge: 600,
  });
}

function serveDocument(app: NestExpressApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Inventory')
    .setDescription('The REST side of the service. The same services speak MCP at /mcp and /sse.')
    .setVersion(version)
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description));
}

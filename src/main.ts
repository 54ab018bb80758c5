import { Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { explainBootError } from './boot-error.js';
import type { Environment } from './config/environment.js';
import { createHttpApp } from './http.app.js';

// The reader of the log may end before the service does (`npm start | head`). That must not end the service.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

if (process.argv.includes('--stdio')) {
  const app = await NestFactory.createApplicationContext(AppModule.over('stdio'));
  app.enableShutdownHooks([], { useProcessExit: true });
} else {
  const app = await createHttpApp();
  const config = app.get<ConfigService<Environment, true>>(ConfigService);
  const logger = new Logger('Inventory');
  const port = config.get('PORT', { infer: true });
  const host = config.get('HOST', { infer: true });
  try {
    await app.listen(port, host);
    const url = await app.getUrl();
    logger.log(`Listening on ${url}`);
    logger.log(`MCP: ${url}/mcp and ${url}/sse, REST: ${url}/docs, all: ${url}/`);
    if (process.env.NODE_ENV !== 'production') logger.log(`Inspector: ${url}/inspector`);
  } catch (error) {
    logger.error(explainBootError(error, `${host}:${port}`));
    await app.close();
    process.exitCode = 1;
  }
}

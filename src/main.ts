import { Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import type { Environment } from './config/environment.js';
import { createHttpApp } from './http.app.js';
import { StderrLogger } from './stderr.logger.js';

if (process.argv.includes('--stdio')) {
  const app = await NestFactory.createApplicationContext(AppModule.over('stdio'), {
    logger: new StderrLogger(),
  });
  app.enableShutdownHooks();
  process.stdin.once('end', () => void app.close());
} else {
  const app = await createHttpApp();
  const config = app.get<ConfigService<Environment, true>>(ConfigService);
  await app.listen(config.get('PORT', { infer: true }), config.get('HOST', { infer: true }));
  new Logger('Inventory').log(`Listening on ${await app.getUrl()}`);
}

import { NestFactory } from '@nestjs/core';
import { ConformanceModule } from './app.module.js';

const app = await NestFactory.create(ConformanceModule, { logger: ['log', 'warn', 'error'] });
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000, '127.0.0.1');

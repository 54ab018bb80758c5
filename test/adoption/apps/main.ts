import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { blog } from './blog.js';
import { boilerplate } from './boilerplate.js';
import { commands } from './commands.js';
import { hexagonal } from './hexagonal.js';
import { effects } from './running.js';
import { samples } from './samples.js';

const applications = { boilerplate, commands, blog, hexagonal, samples };
const options: NestApplicationOptions = { logger: ['error', 'warn'], abortOnError: false };

async function start(): Promise<void> {
  const places: Record<string, object> = {};
  for (const adapter of ['Express', 'Fastify']) {
    for (const [name, { module, configure, callers, path }] of Object.entries(applications)) {
      const app =
        adapter === 'Express'
          ? await NestFactory.create(module, options)
          : await NestFactory.create(module, new FastifyAdapter(), options);
      configure?.(app);
      await app.listen(0, '127.0.0.1');
      places[`${name} ${adapter}`] = { url: await app.getUrl(), path, callers: callers(app) };
    }
  }
  process.send?.(places);
}

process.on('message', () => {
  process.send?.(effects.splice(0));
});
process.once('disconnect', () => process.exit(0));
void start();

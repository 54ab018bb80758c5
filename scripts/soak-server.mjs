// The server under soak.mjs and soak-scale.mjs (REDIS_URL): sessions expire after a moment, and the parent asks what is left of them.
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  getMcpServerToken,
  McpCtx,
  McpModule,
  McpParam,
  McpTool,
  sse,
  streamableHttp,
} from '../dist/libs/mcp/src/index.js';

class Target {
  echo(message) {
    return message;
  }

  async slow(message, context) {
    await context.progress(1, 2);
    await delay(100);
    return message;
  }

  wait({ signal }) {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve('gone'), { once: true });
    });
  }
}
const descriptorOf = (name) => Object.getOwnPropertyDescriptor(Target.prototype, name);
Injectable()(Target);
McpParam('message', { type: String })(Target.prototype, 'echo', 0);
McpParam('message', { type: String })(Target.prototype, 'slow', 0);
McpCtx()(Target.prototype, 'slow', 1);
McpCtx()(Target.prototype, 'wait', 0);
for (const name of ['echo', 'slow', 'wait']) McpTool()(Target.prototype, name, descriptorOf(name));

const { REDIS_URL } = process.env;
const shared = REDIS_URL !== undefined && {
  backplane: (await import('../dist/libs/mcp/src/redis/index.js')).redisBackplane({
    url: REDIS_URL,
  }),
  stateSecret: 'only the soak knows this secret, 32',
};

class AppModule {}
Module({
  imports: [
    McpModule.forRoot({
      name: 'soak',
      version: '1.0.0',
      transports: [streamableHttp(), sse(), streamableHttp({ path: 'stateless', stateless: true })],
      sessions: { idleTimeout: 500 },
      timeout: 2_000,
      ...shared,
    }),
  ],
  providers: [Target],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
const { sessions } = app.get(getMcpServerToken(), { strict: false });

process.on('message', () => void measure());
process.once('disconnect', () => process.exit(0));
process.send({ port: app.getHttpServer().address().port });

async function measure() {
  while (sessions.count > 0) await delay(50);
  // Sockets of clients that are gone close in the turns that follow.
  await delay(200);
  globalThis.gc();
  await delay(50);
  globalThis.gc();
  process.send({
    heap: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    sessions: sessions.count,
  });
}

// One of several processes of a server: REDIS_URL, what its version has more (MORE_TOOLS), and how far its clock is off (CLOCK_OFFSET, ms).
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  McpCtx,
  McpModule,
  McpParam,
  McpTool,
  sse,
  streamableHttp,
} from '../../dist/libs/mcp/src/index.js';
import { redisBackplane } from '../../dist/libs/mcp/src/redis/index.js';

const { REDIS_URL, CLOCK_OFFSET = '0', MORE_TOOLS = '', SHUTDOWN_TIMEOUT = '3000' } = process.env;
const now = Date.now;
Date.now = () => now() + Number(CLOCK_OFFSET);

const yesNo = { type: 'object', properties: { yes: { type: 'boolean' } }, required: ['yes'] };

class Replica {
  who() {
    return String(process.pid);
  }

  async work(steps, context) {
    for (let i = 0; i < steps; i++) {
      await context.progress(i, steps);
      await delay(50, undefined, { signal: context.signal });
    }
    return `worked in ${process.pid}`;
  }

  async ask(context) {
    const first = await context.elicit(yesNo, 'First?');
    const second = await context.elicit(yesNo, 'Second?');
    return `${first.action} ${second.action}`;
  }

  async report(context) {
    await delay(60_000, undefined, { signal: context.signal });
    return 'never read';
  }

  bulk(bytes) {
    return 'x'.repeat(bytes);
  }

  newer() {
    return 'of the newer version';
  }
}
Injectable()(Replica);

function declare(name, options = {}) {
  const descriptor = Object.getOwnPropertyDescriptor(Replica.prototype, name);
  McpTool({ description: name, ...options })(Replica.prototype, name, descriptor);
}
McpParam('steps', { type: Number })(Replica.prototype, 'work', 0);
McpCtx()(Replica.prototype, 'work', 1);
McpCtx()(Replica.prototype, 'ask', 0);
McpCtx()(Replica.prototype, 'report', 0);
McpParam('bytes', { type: Number })(Replica.prototype, 'bulk', 0);
for (const name of ['who', 'work', 'ask', 'bulk']) declare(name);
declare('report', { task: 'required' });
if (MORE_TOOLS !== '') declare('newer');

class ReplicaModule {}
Module({
  imports: [
    McpModule.forRoot({
      name: 'replica',
      version: '1.0.0',
      transports: [streamableHttp(), sse()],
      // A story reads many large answers at once; a reader that has more unread than this is cut off.
      limits: { queue: 64 * 1024 * 1024 },
      backplane: redisBackplane({ url: REDIS_URL }),
      stateSecret: 'a secret of all processes, 32 bytes',
      shutdownTimeout: Number(SHUTDOWN_TIMEOUT),
    }),
  ],
  providers: [Replica],
})(ReplicaModule);

const app = await NestFactory.create(ReplicaModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(0, '127.0.0.1');
process.stdout.write(`Listening on ${await app.getUrl()}\n`);

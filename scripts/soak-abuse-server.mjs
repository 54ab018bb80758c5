// The server under soak-abuse.mjs: default limits, callers with names, and tools that give more than anyone should ask for.
import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  McpCtx,
  McpModule,
  McpParam,
  McpTool,
  sse,
  staticTokens,
  streamableHttp,
} from '../dist/libs/mcp/src/index.js';

class Target {
  echo(message) {
    return message;
  }

  large(bytes) {
    return '漢'.repeat(bytes / 3);
  }

  async report(times, context) {
    for (let n = 1; n <= times && !context.signal.aborted; n++) {
      await context.progress(n, times, 'x'.repeat(4_000));
    }
    return 'reported';
  }

  async *endless() {
    for (;;) yield 'x'.repeat(10_000);
  }

  bulky() {
    return 'x'.repeat(2_000_000);
  }
}

const number = { type: Number };
declare('echo', [McpParam('message', { type: String })]);
declare('large', [McpParam('bytes', number)]);
declare('report', [McpParam('times', number), McpCtx()]);
declare('endless', []);
declare('bulky', [], { task: 'optional' });
Injectable()(Target);

function declare(name, parameters, options) {
  parameters.forEach((decorate, at) => decorate(Target.prototype, name, at));
  McpTool(options)(Target.prototype, name, Object.getOwnPropertyDescriptor(Target.prototype, name));
}

class AppModule {}
Module({
  imports: [
    McpModule.forRoot({
      name: 'soak',
      version: '1.0.0',
      auth: { verifier: staticTokens('mallory,ann,bob,carol,dave') },
      transports: [
        streamableHttp(),
        sse(),
        streamableHttp({ path: 'streams', responseMode: 'sse' }),
      ],
    }),
  ],
  providers: [Target],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');

let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50).unref();

process.on('message', () => {
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ rss, heapUsed, external, peak: Math.max(peak, rss) });
  peak = 0;
});
process.once('disconnect', () => process.exit(0));
process.send({ port: app.getHttpServer().address().port });

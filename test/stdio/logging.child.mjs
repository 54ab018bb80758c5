// An application over stdio whose logger writes to stdout, as it would in production. The first argument says which.
import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { ConsoleLogger, Injectable, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pino from 'pino';
import { McpModule, McpTool, stdio } from '../../dist/libs/mcp/src/index.js';

const kind = process.argv[2];
const pinoLogger = pino({ level: 'debug' });
const fromPino = {
  log: (message) => pinoLogger.info(message),
  error: (message) => pinoLogger.error(message),
  warn: (message) => pinoLogger.warn(message),
  debug: (message) => pinoLogger.debug(message),
};

class Noisy {
  shout() {
    new Logger('Noisy').log('a line of the logger');
    console.log('a line of the console');
    process.stdout.write('a line of stdout\n');
    writeSync(1, 'a line of the file descriptor\n');
    pinoLogger.info('a line of pino');
    return 'done';
  }
}
Injectable()(Noisy);
McpTool({ description: 'Writes wherever it can.' })(
  Noisy.prototype,
  'shout',
  Object.getOwnPropertyDescriptor(Noisy.prototype, 'shout'),
);

class AppModule {}
Module({
  imports: [McpModule.forRoot({ name: 'noisy', version: '1', transports: [stdio()] })],
  providers: [Noisy],
})(AppModule);

const options = {
  json: { logger: new ConsoleLogger({ json: true }) },
  pino: { logger: fromPino },
  buffered: { bufferLogs: true },
  nest: {},
}[kind];
const app = await NestFactory.createApplicationContext(AppModule, options);
if (kind === 'buffered') app.useLogger(fromPino);
app.enableShutdownHooks([], { useProcessExit: true });

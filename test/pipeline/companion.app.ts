import type {
  INestApplication,
  LoggerService,
  ModuleMetadata,
  NestApplicationOptions,
  Type,
} from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { McpModule, type McpModuleOptions } from 'nestjs-mcp';

export const adapters = ['Express', 'Fastify'] as const;
export type Adapter = (typeof adapters)[number];

/** An application beside an MCP server. */
export interface CompanionApp extends ModuleMetadata {
  readonly adapter?: Adapter;
  readonly mcp?: Partial<McpModuleOptions>;
  readonly logger?: LoggerService | false;
  readonly options?: NestApplicationOptions;
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
}

/** The application, and where it listens. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
}

const running: INestApplication[] = [];

/** Starts it on a free port of 127.0.0.1. */
export async function start({
  adapter = 'Express',
  mcp,
  logger = false,
  options,
  prepare,
  imports = [],
  ...module
}: CompanionApp): Promise<RunningApp> {
  class AppModule {}
  Module({
    imports: [McpModule.forRoot({ name: 'companion', version: '1.0.0', ...mcp }), ...imports],
    ...module,
  })(AppModule);
  const settings = { ...options, logger, abortOnError: false };
  const app =
    adapter === 'Express'
      ? await NestFactory.create(AppModule as Type, settings)
      : await NestFactory.create(AppModule as Type, new FastifyAdapter(), settings);
  running.push(app);
  await prepare?.(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

/** Ends what a test has started. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.close()));
}

import { Module, type INestApplication, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** A running application. */
export interface Served {
  readonly app: INestApplication;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts an application of these modules on a port of 127.0.0.1; 0: any. */
export async function serve(
  imports: unknown[],
  {
    fastify = false,
    configure,
    providers = [],
    port = 0,
  }: {
    fastify?: boolean;
    providers?: Provider[];
    port?: number;
    configure?: (app: INestApplication) => void;
  } = {},
): Promise<Served> {
  @Module({ imports: imports as Type[], providers })
  class AppModule {}
  const quiet = { logger: false, abortOnError: false } as const;
  const app: INestApplication = fastify
    ? await NestFactory.create(AppModule, new FastifyAdapter(), quiet)
    : await NestFactory.create(AppModule, quiet);
  configure?.(app);
  await app.listen(port, '127.0.0.1');
  return { app, url: await app.getUrl(), close: () => app.close() };
}

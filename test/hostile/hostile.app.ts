import { setMaxListeners } from 'node:events';
import { Injectable, Module, type INestApplication, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  McpContext,
  McpModule,
  McpParam,
  McpPrompt,
  McpResource,
  getMcpServerToken,
  type McpServerRef,
  McpTool,
  sse,
  streamableHttp,
  type McpModuleOptions,
} from 'nestjs-mcp';

export const adapters = ['Express', 'Fastify'] as const;
export type Adapter = (typeof adapters)[number];

/** Everything that an operator or a client must never read of a failure. */
export const secret = 'postgres://admin:hunter2@10.0.0.1/orders';

@Injectable()
export class Target {
  /** `started` and `aborted` of the calls of `wait`. */
  readonly events = new EventTarget();
  private readonly releases: (() => void)[] = [];

  constructor() {
    setMaxListeners(0, this.events);
  }

  /** Resolves with the next event of that name. */
  next(name: 'started' | 'aborted'): Promise<void> {
    return new Promise((resolve) => {
      this.events.addEventListener(name, () => resolve(), { once: true });
    });
  }

  /** Lets the calls of `wait` return. */
  release(): void {
    for (const release of this.releases.splice(0)) release();
  }

  @McpTool()
  echo(@McpParam('message', { type: String }) message: string): string {
    return message;
  }

  @McpTool()
  keys(@McpParam('value', { schema: {} }) value: unknown): string {
    return JSON.stringify([
      Object.keys(Object(value) as object),
      ({} as { polluted?: unknown }).polluted,
    ]);
  }

  @McpTool()
  async wait(context: McpContext): Promise<string> {
    const { signal } = context;
    const ended = new Promise<string>((resolve) => {
      this.releases.push(() => resolve('released'));
      signal.addEventListener('abort', () => {
        this.events.dispatchEvent(new Event('aborted'));
        resolve('aborted');
      });
    });
    this.events.dispatchEvent(new Event('started'));
    return ended;
  }

  @McpTool({ timeout: 20 })
  never(): Promise<string> {
    return new Promise(() => undefined);
  }

  @McpTool()
  fail(): never {
    throw new Error(`connect ECONNREFUSED ${secret}`);
  }

  @McpResource('file:///{+path}')
  file(@McpParam('path', { type: String }) path: string): string {
    return path;
  }

  @McpResource('tree://{a}/{b}{/c*}{?q}')
  tree(
    @McpParam('a', { type: String }) a: string,
    @McpParam('b', { type: String }) b: string,
    @McpParam('c', { type: [String], required: false }) c?: string[],
    @McpParam('q', { type: String, required: false }) q?: string,
  ): string {
    return JSON.stringify({ a, b, c, q });
  }

  @McpPrompt()
  greet(@McpParam('name', { type: String }) name: string): string {
    return `Hello ${name}`;
  }
}

/** Keeps every line that the application logs. */
export class KeptLog implements LoggerService {
  readonly lines: string[] = [];
  private readonly keep = (...parts: unknown[]): void => {
    this.lines.push(parts.map(String).join(' '));
  };
  readonly log = this.keep;
  readonly error = this.keep;
  readonly warn = this.keep;
  readonly debug = this.keep;
  readonly verbose = this.keep;
}

export interface HostileApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly target: Target;
  readonly log: KeptLog;
  readonly server: McpServerRef;
}

const running: INestApplication[] = [];

/** The target on a free port of 127.0.0.1: `/mcp`, `/sse`, `/messages` and, without sessions, `/stateless`. */
export async function start(
  options: Partial<McpModuleOptions> = {},
  adapter: Adapter = 'Express',
): Promise<HostileApp> {
  @Module({
    imports: [
      McpModule.forRoot({
        name: 'hostile',
        version: '1.0.0',
        transports: [
          streamableHttp(),
          sse(),
          streamableHttp({ path: 'stateless', stateless: true }),
        ],
        ...options,
      }),
    ],
    providers: [Target],
  })
  class AppModule {}
  const log = new KeptLog();
  const settings = { logger: log, abortOnError: false };
  const app =
    adapter === 'Express'
      ? await NestFactory.create(AppModule, settings)
      : await NestFactory.create(AppModule, new FastifyAdapter(), settings);
  running.push(app);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    app,
    url,
    target: app.get(Target),
    log,
    server: app.get<McpServerRef>(getMcpServerToken(), { strict: false }),
  };
}

/** Ends what the tests of a file have left running. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.close()));
}

import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import {
  McpContext,
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
import { startApp, type Adapter, type StartedApp } from '../support/start-app.js';

/** Text of an error that neither an operator nor a client may see. */
export const secret = 'postgres://admin:hunter2@10.0.0.1/orders';

@Injectable()
export class Target {
  /** The events `started` and `aborted` of the calls of `wait`. */
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

  @McpTool()
  persist(): Promise<string> {
    const ended = new Promise<string>((resolve) => this.releases.push(() => resolve('released')));
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

/** The target application, and its server's log. */
export interface HostileApp extends StartedApp {
  readonly target: Target;
  readonly server: McpServerRef;
}

/** Starts the target: `/mcp`, `/sse`, `/messages` and, without sessions, `/stateless`. */
export async function start(
  options: Partial<McpModuleOptions> = {},
  adapter: Adapter = 'express',
): Promise<HostileApp> {
  const transports = [
    streamableHttp(),
    sse(),
    streamableHttp({ path: 'stateless', stateless: true }),
  ];
  const started = await startApp({
    adapter,
    mcp: { transports, ...options },
    providers: [Target],
  });
  return {
    ...started,
    target: started.app.get(Target),
    server: started.app.get<McpServerRef>(getMcpServerToken(), { strict: false }),
  };
}

import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import {
  InjectMcpServer,
  McpCompletion,
  McpConfigurationError,
  McpModule,
  McpPrompt,
  McpResource,
  McpTool,
  sse,
  streamableHttp,
  type McpModuleOptions,
  type McpOptionsFactory,
  type McpServerOptions,
  type McpServerRef,
} from 'nestjs-mcp';
import { bootError, startApp, stopAll, type StartOptions } from '../support/start-app.js';

afterEach(stopAll);

const time = 'Give a whole number from 1 to 2147483647, or Infinity for no limit.';
const interval = 'Give a whole number from 0 to 2147483647.';

describe('A number that an option cannot take', () => {
  it.each<[Partial<McpModuleOptions>, string]>([
    [{ timeout: 0 }, `timeout: 0 is out of bounds. ${time}`],
    [{ timeout: -5 }, `timeout: -5 is out of bounds. ${time}`],
    [{ timeout: Number.NaN }, `timeout: NaN is out of bounds. ${time}`],
    [{ timeout: 2 ** 31 }, `timeout: 2147483648 is out of bounds. ${time}`],
    [{ timeout: '500' as never }, `timeout: '500' is out of bounds. ${time}`],
    [
      { shutdownTimeout: -1 },
      'shutdownTimeout: -1 is out of bounds. Give a whole number from 0 to 2147483647, or Infinity for no limit.',
    ],
    [
      { pageSize: 0 },
      'pageSize: 0 is out of bounds. Give a whole number of at least 1, or Infinity for one page.',
    ],
    [{ pageSize: 1.5 }, 'pageSize: 1.5 is out of bounds.'],
    [{ pageSize: '10' as never }, "pageSize: '10' is out of bounds."],
    [{ cache: { ttl: -1 } }, 'McpModule: cache.ttl is -1. Give whole milliseconds, 0 or more.'],
    [{ cache: { ttl: '60' as never } }, "McpModule: cache.ttl is '60'."],
    [{ tasks: { ttl: Number.NaN } }, 'tasks.ttl: NaN is out of bounds.'],
    [{ tasks: { max: '5' as never } }, "tasks.max: '5' is out of bounds."],
    [
      { transports: [streamableHttp({ keepAlive: -1 })] },
      `keepAlive of streamable-http: -1 is out of bounds. ${interval}`,
    ],
    [
      { transports: [sse({ keepAlive: Infinity })] },
      `keepAlive of sse: Infinity is out of bounds. ${interval}`,
    ],
  ])('stops the boot: %j', async (mcp, problem) => {
    const error = await bootError({ mcp });
    expect(error).toBeInstanceOf(McpConfigurationError);
    expect(error.message).toContain(problem);
  });

  it('is named together with all others', async () => {
    const error = await bootError({
      mcp: { timeout: 0, pageSize: 0, limits: { body: -1 }, tasks: { ttl: 0, max: 0 } },
    });
    expect((error as McpConfigurationError).errors).toHaveLength(5);
    expect(error.message).toContain('limits.body is -1.');
  });

  it('stops the boot as the timeout of a method, and is named with the method', async () => {
    @Injectable()
    class Slow {
      @McpTool({ timeout: 0 })
      tool(): string {
        return '';
      }

      @McpResource('data://slow', { timeout: -1 })
      resource(): string {
        return '';
      }

      @McpPrompt({ timeout: Number.NaN })
      prompt(): string {
        return '';
      }

      @McpCompletion({ prompt: 'prompt', argument: 'a', timeout: '5' as never })
      complete(): string[] {
        return [];
      }
    }
    const { message } = await bootError({ providers: [Slow] });
    expect(message).toContain(`Slow.tool (timeout): 0 is out of bounds. ${time}`);
    expect(message).toContain(`Slow.resource (timeout): -1 is out of bounds. ${time}`);
    expect(message).toContain(`Slow.prompt (timeout): NaN is out of bounds. ${time}`);
    expect(message).toContain(`Slow.complete (timeout): '5' is out of bounds. ${time}`);
  });

  it('is refused for a tool that is added at run time', async () => {
    @Injectable()
    class Adder {
      constructor(@InjectMcpServer() readonly server: McpServerRef) {}
    }
    const { app } = await startApp({ providers: [Adder] });
    const { tools, resources } = app.get(Adder).server;
    expect(() => tools.add({ name: 'late', timeout: 0, handler: () => '' })).toThrow(
      `server.tools.add('late') (timeout): 0 is out of bounds. ${time}`,
    );
    expect(() =>
      resources.add({
        uri: 'data://late',
        name: 'late',
        cache: { ttl: Number.NaN },
        handler: () => '',
      }),
    ).toThrow("server.resources.add('late'): cache.ttl is NaN.");
    expect(tools.list()).toEqual([]);
  });
});

/** Tools that take as long as the test wants, and one whose limit is over after 20 ms. */
function createPatient() {
  let release = (): void => undefined;
  const released = new Promise<string>((resolve) => (release = () => resolve('done')));
  const begun = new EventTarget();
  @Injectable()
  class Patient {
    @McpTool({ timeout: Infinity })
    patient(): Promise<string> {
      return released;
    }

    @McpTool()
    bounded(): Promise<string> {
      begun.dispatchEvent(new Event('bounded'));
      return released;
    }

    @McpTool({ timeout: 20 })
    late(): Promise<string> {
      begun.dispatchEvent(new Event('late'));
      return new Promise(() => undefined);
    }
  }
  return { Patient, release, begun };
}

const timedOut = 'timed out after 20 ms';
const done = { content: [{ text: 'done' }] };

describe('Infinity', () => {
  it('means no limit as a timeout of a tool, and one page as a page size', async () => {
    const { Patient, release } = createPatient();
    const mcp = { timeout: 20, pageSize: Infinity };
    const { client } = await startApp({ mcp, providers: [Patient] });
    const connected = await client();
    const names = (await connected.listTools()).map((tool) => tool.name);
    expect(names).toEqual(['bounded', 'late', 'patient']);
    const answer = connected.callTool('patient');
    await expect(connected.callTool('bounded')).rejects.toThrow(timedOut);
    release();
    expect(await answer).toMatchObject(done);
  });

  it('means no limit as the timeout of the module', async () => {
    const { Patient, release } = createPatient();
    const { client } = await startApp({ mcp: { timeout: Infinity }, providers: [Patient] });
    const connected = await client();
    const answer = connected.callTool('bounded');
    await expect(connected.callTool('late')).rejects.toThrow(timedOut);
    release();
    expect(await answer).toMatchObject(done);
  });

  it('as shutdownTimeout lets calls in flight end', async () => {
    const { Patient, release, begun } = createPatient();
    const { app, client } = await startApp({
      mcp: { shutdownTimeout: Infinity },
      providers: [Patient],
    });
    const connected = await client();
    const areRunning = ['bounded', 'late'].map((name) => once(begun, name));
    const [answer, late] = [connected.callTool('bounded'), connected.callTool('late')];
    await Promise.all(areRunning);
    const closed = app.close();
    await expect(late).rejects.toThrow(timedOut);
    release();
    await closed;
    expect(await answer).toMatchObject(done);
  });
});

describe('Options that a server cannot do without', () => {
  const late = (made: unknown): StartOptions => ({
    mcp: false,
    imports: [McpModule.forRootAsync({ name: 'late', useFactory: () => made as McpServerOptions })],
  });

  it.each<[string, () => StartOptions, string]>([
    [
      'a factory that returns nothing',
      () => late(undefined),
      "McpModule.forRootAsync (server 'late'): its factory returns undefined. Return the options of the server: { version, … }.",
    ],
    [
      'a createMcpOptions() that returns null',
      () => ({
        mcp: false,
        imports: [
          McpModule.forRootAsync({
            name: 'late',
            useClass: class implements McpOptionsFactory {
              createMcpOptions(): McpServerOptions {
                return null as never;
              }
            },
          }),
        ],
      }),
      "McpModule.forRootAsync (server 'late'): its factory returns null.",
    ],
    [
      'a factory that gives no version',
      () => late({ instructions: 'Read.' }),
      "McpModule (server 'late'): version is undefined. Give the version of the server as a text: '1.0.0'.",
    ],
    ['an empty version', () => ({ mcp: { version: '' } }), "(server 'test'): version is ''."],
    ['a version that is a number', () => ({ mcp: { version: 2 as never } }), 'version is 2.'],
    ['an empty name', () => ({ mcp: { name: '' } }), "McpModule: name is ''. Give the server"],
    [
      'a missing name',
      () => ({ mcp: { name: undefined as never } }),
      'McpModule: name is undefined.',
    ],
    [
      'a publicUrl that is no URL',
      () => ({ mcp: { publicUrl: 'nope' } }),
      "McpModule (server 'test'): publicUrl is 'nope', which is no absolute URL of HTTP. Give the URL that clients see: 'https://api.example.com'.",
    ],
    [
      'a publicUrl without a scheme',
      () => ({ mcp: { publicUrl: 'localhost:3000' } }),
      "publicUrl is 'localhost:3000'",
    ],
    [
      'a publicUrl of another scheme',
      () => late({ version: '1', publicUrl: 'ftp://a' }),
      'ftp://a',
    ],
  ])('stop the boot where they are unusable: %s', async (_what, options, problem) => {
    const boot = async () => bootError(options());
    const error = await boot().catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(McpConfigurationError);
    expect(error.message).toContain(problem);
  });

  it('are all named at once', async () => {
    const { message } = await bootError({ mcp: { version: '', publicUrl: 'nope' } });
    expect(message).toMatch(/2 declarations are wrong[^]*version is ''[^]*publicUrl is 'nope'/);
  });
});

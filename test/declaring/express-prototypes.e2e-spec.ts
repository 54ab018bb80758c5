import {
  IncomingMessage,
  ServerResponse,
  type RequestListener,
  type Server,
  createServer,
} from 'node:http';
import { connect } from 'node:net';
import { Controller, Get, Injectable, Req, Res } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Request, type Response } from 'express';
import { McpTool, type McpModuleOptions } from 'nestjs-mcp';
import { startApp, type StartedApp } from '../support/start-app.js';

@Injectable()
class Greeter {
  @McpTool()
  hello(): string {
    return 'hello';
  }
}

@Controller('page')
class PageController {
  @Get()
  page(@Req() request: Request, @Res() response: Response): void {
    response.status(200).json({
      host: request.get('host'),
      query: request.query,
      ownApp: request.app === response.app,
      constructors: [
        request.constructor === IncomingMessage,
        response.constructor === ServerResponse,
      ],
      added: (request as Request & { added?: string }).added,
    });
  }
}

interface Made {
  are(request: object, response: object): Promise<boolean>;
}

/** The prototypes that the next request and its response have before Express has touched them. */
function madeBy({ app }: Pick<StartedApp, 'app'>): Made {
  const server = app.getHttpServer() as Server;
  const seen = new Promise<unknown[]>((resolve) => {
    server.prependOnceListener('request', (...pair) =>
      resolve(pair.map((one) => Object.getPrototypeOf(one) as unknown)),
    );
  });
  return {
    are: async (request, response) => {
      const [ofRequest, ofResponse] = await seen;
      return ofRequest === request && ofResponse === response;
    },
  };
}

describe('Requests and responses of an Express application', () => {
  let served: StartedApp;

  const { versions } = process;

  afterEach(async () => {
    Object.defineProperty(process, 'versions', { value: versions });
    await served.close();
  });

  /** What `'early'` does, it does on Node before 24 only. */
  const onNode = (version: string): void => {
    Object.defineProperty(process, 'versions', { value: { ...versions, node: version } });
  };

  const start = async (mcp: Partial<McpModuleOptions> = {}): Promise<express.Express> => {
    served = await startApp({ mcp, providers: [Greeter], controllers: [PageController] });
    return served.app.getHttpAdapter().getInstance() as express.Express;
  };

  it('have its prototypes from the start with the option, and everything that Express adds to them', async () => {
    onNode('22.12.0');
    const app = await start({ expressPrototypes: 'early' });
    const made = madeBy(served);
    // As an application may do at any time.
    Object.assign(app.request, { added: 'later' });
    const answer = await fetch(`${served.url}/page?a=1`);
    expect(await made.are(app.request, app.response)).toBe(true);
    expect(await answer.json()).toEqual({
      host: new URL(served.url).host,
      query: { a: '1' },
      ownApp: true,
      constructors: [true, true],
      added: 'later',
    });
    const client = await served.client();
    expect(await client.callTool('hello')).toMatchObject({
      content: [{ text: 'hello' }],
    });
  });

  it.each([
    ['by default', '22.12.0', undefined],
    ["by 'per-request'", '22.12.0', 'per-request'],
    ["on Node 24, even by 'early'", '24.0.0', 'early'],
    ["on Node 26, even by 'early'", '26.1.0', 'early'],
  ] as const)('get their prototypes from Express %s', async (_name, version, expressPrototypes) => {
    onNode(version);
    await start(expressPrototypes && { expressPrototypes });
    const made = madeBy(served);
    await fetch(`${served.url}/page`);
    expect(await made.are(IncomingMessage.prototype, ServerResponse.prototype)).toBe(true);
  });

  it.each(['early', 'per-request', undefined] as const)(
    'may be assigned to by an upgrade handler of the application (%s)',
    async (expressPrototypes) => {
      onNode('22.12.0');
      await start(expressPrototypes && { expressPrototypes });
      const server = served.app.getHttpServer() as Server;
      const assigned = new Promise<unknown>((resolve, reject) => {
        server.on('upgrade', (request, socket) => {
          try {
            const names = ['query', 'ip', 'path', 'protocol', 'fresh'] as const;
            const upgrade = request as unknown as Record<string, unknown>;
            for (const name of names) upgrade[name] = `own ${name}`;
            resolve(names.map((name) => [Object.hasOwn(request, name), upgrade[name]]));
          } catch (error) {
            reject(error);
          } finally {
            socket.destroy();
          }
        });
      });
      const { port } = new URL(served.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /?a=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      expect(await assigned).toEqual([
        [true, 'own query'],
        [true, 'own ip'],
        [true, 'own path'],
        [true, 'own protocol'],
        [true, 'own fresh'],
      ]);
      const answer = await fetch(`${served.url}/page?a=1`);
      expect(await answer.json()).toMatchObject({ query: { a: '1' } });
    },
  );

  it('show a getter that the application changes later', async () => {
    onNode('22.12.0');
    await start({ expressPrototypes: 'early' });
    const original = Object.getOwnPropertyDescriptor(express.request, 'query');
    try {
      Object.defineProperty(express.request, 'query', {
        configurable: true,
        get: () => ({ changed: 'yes' }),
      });
      const answer = await fetch(`${served.url}/page?a=1`);
      expect(await answer.json()).toMatchObject({ query: { changed: 'yes' } });
    } finally {
      Object.defineProperty(express.request, 'query', original as PropertyDescriptor);
    }
  });

  it('have the prototypes of a mounted application while that handles them', async () => {
    onNode('22.12.0');
    const app = await start({ expressPrototypes: 'early' });
    const inner = express();
    inner.get('/', (request, response) => response.json({ ownApp: request.app === inner }));
    const outer = express();
    outer.use('/inner', inner);
    outer.use(app);
    const listener = outer as RequestListener;
    const server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const ask = async (path: string): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).json();
    expect(await ask('/inner')).toEqual({ ownApp: true });
    expect(await ask('/page?b=2')).toMatchObject({ query: { b: '2' }, ownApp: true });
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });

  it('keep the classes of a server that has its own', async () => {
    onNode('22.12.0');
    class OwnRequest extends IncomingMessage {}
    class OwnAdapter extends ExpressAdapter {
      override initHttpServer(): void {
        this.httpServer = createServer({ IncomingMessage: OwnRequest }, this.getInstance());
      }
    }
    served = await startApp({
      adapter: new OwnAdapter(),
      mcp: { expressPrototypes: 'early' },
      providers: [Greeter],
    });
    const made = madeBy(served);
    await fetch(`${served.url}/nowhere`);
    expect(await made.are(OwnRequest.prototype, ServerResponse.prototype)).toBe(true);
  });
});

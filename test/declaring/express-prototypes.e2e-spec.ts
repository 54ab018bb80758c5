import {
  IncomingMessage,
  ServerResponse,
  type RequestListener,
  type Server,
  createServer,
} from 'node:http';
import { Controller, Get, Injectable, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Request, type Response } from 'express';
import { McpModule, McpTool, type McpModuleOptions } from 'nestjs-mcp';
import { serve, type Served } from './serve.js';

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
function madeBy({ app }: Pick<Served, 'app'>): Made {
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

describe('requests and responses of an Express application', () => {
  let served: Served;

  afterEach(() => served.close());

  const start = async (mcp: Partial<McpModuleOptions> = {}): Promise<express.Express> => {
    served = await serve({ mcp, providers: [Greeter], controllers: [PageController] });
    return served.app.getHttpAdapter().getInstance() as express.Express;
  };

  it('have its prototypes from the start, and all that Express gives them', async () => {
    const app = await start();
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
    const client = await served.connect();
    expect(await client.callTool({ name: 'hello' })).toMatchObject({
      content: [{ text: 'hello' }],
    });
  });

  it('are left to Express where the module is told so', async () => {
    await start({ expressPrototypes: 'per-request' });
    const made = madeBy(served);
    await fetch(`${served.url}/page`);
    expect(await made.are(IncomingMessage.prototype, ServerResponse.prototype)).toBe(true);
  });

  it('are those of a mounted application while it has them', async () => {
    const app = await start();
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

  it('stay those of a server that has classes of its own', async () => {
    class OwnRequest extends IncomingMessage {}
    class OwnAdapter extends ExpressAdapter {
      override initHttpServer(): void {
        this.httpServer = createServer({ IncomingMessage: OwnRequest }, this.getInstance());
      }
    }
    @Module({
      imports: [McpModule.forRoot({ name: 'own', version: '1.0.0' })],
      providers: [Greeter],
    })
    class OwnModule {}
    const app = await NestFactory.create(OwnModule, new OwnAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    served = { app, close: () => app.close() } as Served;
    const made = madeBy(served);
    await fetch(`${await app.getUrl()}/nowhere`);
    expect(await made.are(OwnRequest.prototype, ServerResponse.prototype)).toBe(true);
  });
});

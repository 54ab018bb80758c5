import { Injectable, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpModule, McpParam, McpTool, staticTokens } from 'nestjs-mcp';

@Injectable()
class Echo {
  @McpTool()
  size(@McpParam('text') text: string): number {
    return text.length;
  }
}

const adapters = { Express: () => undefined, Fastify: () => new FastifyAdapter() };

describe.each(Object.entries(adapters))(
  'an application of a testing module on %s',
  (_name, make) => {
    let app: INestApplication;

    beforeAll(async () => {
      const module = await Test.createTestingModule({
        imports: [
          McpModule.forRoot({
            name: 'tested',
            version: '1.0.0',
            auth: {
              verifier: staticTokens('key'),
              resource: 'https://api.example.com',
              authorizationServers: ['https://login.example.com'],
            },
          }),
        ],
        providers: [Echo],
      }).compile();
      const adapter = make();
      app = adapter ? module.createNestApplication(adapter) : module.createNestApplication();
      app.useLogger(false);
      await app.listen(0, '127.0.0.1');
    });
    afterAll(() => app.close());

    it('reads bodies that the parser of the application would refuse', async () => {
      const client = new Client({ name: 'tester', version: '1.0.0' });
      await client.connect(
        new StreamableHTTPClientTransport(new URL('/mcp', await app.getUrl()), {
          requestInit: { headers: { Authorization: 'Bearer key' } },
        }),
      );
      const text = 'x'.repeat(2_000_000);
      expect(await client.callTool({ name: 'size', arguments: { text } })).toMatchObject({
        content: [{ type: 'text', text: '2000000' }],
      });
      await client.close();
    });

    it('serves the metadata of the protected resource', async () => {
      const url = new URL('/.well-known/oauth-protected-resource/mcp', await app.getUrl());
      const answer = await fetch(url);
      expect(await answer.json()).toMatchObject({
        authorization_servers: ['https://login.example.com'],
      });
    });
  },
);

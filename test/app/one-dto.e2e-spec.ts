import { readFileSync } from 'node:fs';
import { Body, Controller, Injectable, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { McpModule, McpTool, streamableHttp } from 'nestjs-mcp';
import { httpTransport } from '../support/ways-in.js';
import { compileDto } from './compiled-dto.js';
import { send } from './running-app.js';

const source = readFileSync('test/app/wish.dto.ts', 'utf8');

/** A shop whose route, tool and API document share the class that this text declares. */
async function startShop(text: string) {
  const { Wish: Compiled } = compileDto(text);
  if (Compiled === undefined) throw new Error('No Wish in the compiled DTO');
  class Wish extends Compiled {}

  @Injectable()
  class WishesService {
    @McpTool({ description: 'Wishes.' })
    wish(wish: Wish): object {
      return wish;
    }
  }

  @Controller('wishes')
  class WishesController {
    @Post()
    @McpTool({ name: 'post_wish', description: 'Wishes, by the route.' })
    post(@Body() wish: Wish): object {
      return wish;
    }
  }

  @Module({
    imports: [
      McpModule.forRoot({ name: 'shop', version: '1.0.0', transports: [streamableHttp()] }),
    ],
    controllers: [WishesController],
    providers: [WishesService],
  })
  class ShopModule {}

  const app = await NestFactory.create(ShopModule, { logger: false, abortOnError: false });
  app.useGlobalPipes(
    new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
  );
  SwaggerModule.setup('docs', app, () =>
    SwaggerModule.createDocument(app, new DocumentBuilder().build()),
  );
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const client = new Client({ name: 'shop', version: '1.0.0' });
  await client.connect(httpTransport('streamable', url));
  return {
    url,
    client,
    close: async () => {
      await client.close();
      await app.close();
    },
  };
}

interface Document {
  components: { schemas: Record<string, { properties: Record<string, object> }> };
}

it('declares @Max(10) in one place, for the stories below to change', () => {
  expect(source.split('@Max(10)')).toHaveLength(2);
  expect(source).not.toMatch(/@Api|maximum/);
});

describe.each([10, 7, 5000])('a DTO with @Max(%i) and nothing else that says so', (maximum) => {
  let shop: Awaited<ReturnType<typeof startShop>>;

  beforeAll(async () => {
    shop = await startShop(source.replace('@Max(10)', `@Max(${maximum})`));
  });
  afterAll(() => shop.close());

  const wish = async (name: string, quantity: number) =>
    (await shop.client.callTool({ name, arguments: { quantity } })) as CallToolResult;

  const post = (quantity: number) => send(`${shop.url}/wishes`, 'POST', { quantity });

  it('bounds the route', async () => {
    expect(await post(maximum)).toMatchObject({ status: 201, body: { quantity: maximum } });
    expect(await post(maximum + 1)).toMatchObject({
      status: 400,
      body: { message: [`quantity must not be greater than ${maximum}`] },
    });
  });

  it('is what OpenAPI says', async () => {
    const { body } = await send<Document>(`${shop.url}/docs-json`);
    expect(body.components.schemas['Wish']?.properties).toEqual({
      quantity: { type: 'number', description: 'How many are wished for.', minimum: 1, maximum },
    });
  });

  it.each(['wish', 'post_wish'])('is the schema of the tool %s, and bounds it', async (name) => {
    const { tools } = await shop.client.listTools();
    expect(tools.find((tool) => tool.name === name)?.inputSchema).toEqual({
      type: 'object',
      properties: {
        quantity: { type: 'integer', description: 'How many are wished for.', minimum: 1, maximum },
      },
      required: ['quantity'],
      additionalProperties: false,
    });
    expect(await wish(name, maximum)).toMatchObject({ structuredContent: { quantity: maximum } });
    expect(await wish(name, maximum + 1)).toMatchObject({
      isError: true,
      content: [{ text: `quantity: must not be greater than ${maximum} (given: ${maximum + 1})` }],
    });
  });
});

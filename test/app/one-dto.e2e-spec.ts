import { readFileSync } from 'node:fs';
import { Body, Controller, Injectable, Post, ValidationPipe } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { McpTool, streamableHttp } from 'nestjs-mcp';
import { startApp } from '../support/start-app.js';
import { compileDto } from './compiled-dto.js';
import { send } from './reference-app.js';

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

  const shop = await startApp({
    mcp: { transports: [streamableHttp()] },
    controllers: [WishesController],
    providers: [WishesService],
    configure: (app) => {
      app.useGlobalPipes(
        new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
      );
      SwaggerModule.setup('docs', app, () =>
        SwaggerModule.createDocument(app, new DocumentBuilder().build()),
      );
    },
  });
  return { ...shop, client: await shop.connect() };
}

interface Document {
  components: { schemas: Record<string, { properties: Record<string, object> }> };
}

it('declares @Max(10) in one place, which the tests below change', () => {
  expect(source.split('@Max(10)')).toHaveLength(2);
  expect(source).not.toMatch(/@Api|maximum/);
});

describe.each([10, 7, 5000])(
  'A DTO with @Max(%i) and no other declaration of the limit',
  (maximum) => {
    let shop: Awaited<ReturnType<typeof startShop>>;

    beforeAll(async () => {
      shop = await startShop(source.replace('@Max(10)', `@Max(${maximum})`));
    });
    afterAll(() => shop.close());

    const wish = async (name: string, quantity: number) =>
      (await shop.client.callTool({ name, arguments: { quantity } })) as CallToolResult;

    const post = (quantity: number) => send(`${shop.url}/wishes`, 'POST', { quantity });

    it('limits the route', async () => {
      expect(await post(maximum)).toMatchObject({ status: 201, body: { quantity: maximum } });
      expect(await post(maximum + 1)).toMatchObject({
        status: 400,
        body: { message: [`quantity must not be greater than ${maximum}`] },
      });
    });

    it('limits the property in OpenAPI', async () => {
      const { body } = await send<Document>(`${shop.url}/docs-json`);
      expect(body.components.schemas['Wish']?.properties).toEqual({
        quantity: { type: 'number', description: 'How many are wished for.', minimum: 1, maximum },
      });
    });

    it.each(['wish', 'post_wish'])(
      'limits the schema and the input of the tool %s',
      async (name) => {
        const { tools } = await shop.client.listTools();
        expect(tools.find((tool) => tool.name === name)?.inputSchema).toEqual({
          type: 'object',
          properties: {
            quantity: {
              type: 'integer',
              description: 'How many are wished for.',
              minimum: 1,
              maximum,
            },
          },
          required: ['quantity'],
          additionalProperties: false,
        });
        expect(await wish(name, maximum)).toMatchObject({
          structuredContent: { quantity: maximum },
        });
        expect(await wish(name, maximum + 1)).toMatchObject({
          isError: true,
          content: [
            { text: `quantity: must not be greater than ${maximum} (given: ${maximum + 1})` },
          ],
        });
      },
    );
  },
);

import { Body, Controller, Injectable, Post, Query, type INestApplication } from '@nestjs/common';
import { McpParam, McpTool, McpTools } from 'nestjs-mcp';
import { createZodDto, ZodValidationPipe } from 'nestjs-zod';
import { z } from 'zod';
import { startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

let parsed = 0;

/** What is parsed twice is told by it: the second time `length` would be asked of a number. */
const Word = z.string().transform((text) => {
  parsed++;
  return text.length;
});

class OrderDto extends createZodDto(
  z.object({ sku: z.string().min(2).describe('Stock keeping unit'), word: Word }),
) {}

class PagingDto extends createZodDto(z.object({ page: z.coerce.number().optional() })) {}

class MadeDto extends createZodDto(z.object({ sku: z.string(), length: z.number() })) {}

/** Carries a schema as a class of any other library may. */
class Carrier {
  static readonly schema = z.object({ city: z.string() });
  city!: string;
}

@Controller('zod')
@McpTools({ except: [] })
class ZodController {
  @Post('order')
  order(@Body() order: OrderDto): object {
    return order;
  }

  @Post('both')
  both(@Body() order: OrderDto, @Query() paging: PagingDto): object {
    return Object.assign({}, order, paging);
  }
}

@Injectable()
class ZodService {
  @McpTool()
  parameter(order: OrderDto): object {
    return order;
  }

  @McpTool({ input: OrderDto, output: MadeDto })
  declared(order: { sku: string; word: number }): MadeDto {
    return { sku: order.sku, length: order.word };
  }

  @McpTool()
  named(@McpParam('place') place: Carrier): string {
    return place.city;
  }
}

const withPipe = (app: INestApplication): void => {
  app.useGlobalPipes(new ZodValidationPipe());
};

describe.each([
  ['with the ZodValidationPipe of the application', withPipe],
  ['without a pipe', undefined],
])('Classes of nestjs-zod are their own schema, %s,', (_, configure) => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({ controllers: [ZodController], providers: [ZodService], configure });
  });
  afterAll(() => served.close());

  it.each(['order', 'parameter', 'declared'])('in %s', async (name) => {
    const client = await served.client();
    expect((await toolOf(client, name)).inputSchema).toMatchObject({
      type: 'object',
      properties: {
        sku: { type: 'string', minLength: 2, description: 'Stock keeping unit' },
        word: { type: 'string' },
      },
      required: ['sku', 'word'],
    });
    parsed = 0;
    const result = await client.callTool(name, { sku: 'AB', word: 'four' });
    expect([result.isError, parsed]).toEqual([false, 1]);
    expect(result.structured).toEqual(
      name === 'declared' ? { sku: 'AB', length: 4 } : { sku: 'AB', word: 4 },
    );
    const refused = await client.callTool(name, { sku: 'A', word: 'four' });
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/sku|Validation failed/u);
  });

  it('beside each other in one route', async () => {
    const client = await served.client();
    expect(Object.keys((await toolOf(client, 'both')).inputSchema.properties ?? {})).toEqual([
      'sku',
      'word',
      'page',
    ]);
    const result = await client.callTool('both', { sku: 'AB', word: 'four', page: 3 });
    expect(result.structured).toEqual({ sku: 'AB', word: 4, page: 3 });
  });

  it('as an output', async () => {
    const { outputSchema } = await toolOf(await served.client(), 'declared');
    expect(outputSchema).toMatchObject({
      properties: { sku: { type: 'string' }, length: { type: 'number' } },
      required: ['sku', 'length'],
    });
  });

  it('as a named input', async () => {
    const client = await served.client();
    expect((await toolOf(client, 'named')).inputSchema.properties).toMatchObject({
      place: { type: 'object', properties: { city: { type: 'string' } } },
    });
    expect((await client.callTool('named', { place: { city: 'Rome' } })).text).toBe('Rome');
    expect((await client.callTool('named', { place: { city: 5 } })).text).toContain('place.city');
  });
});

import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Injectable,
  Param,
  ParseIntPipe,
  SerializeOptions,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { IsInt, IsString } from 'class-validator';
import { McpTool } from 'nestjs-mcp';
import { of } from 'rxjs';
import { z } from 'zod';
import { call, serve, textOf, toolOf, type Served } from './serve.js';

class Line {
  @IsString()
  sku!: string;

  @IsInt()
  quantity!: number;
}

class Account {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @Exclude()
  password!: string;

  @Expose({ groups: ['admin'] })
  @ApiProperty({ required: false })
  notes?: string;

  @ApiProperty()
  @Transform(({ value }) => `${value as string}!`)
  motto!: string;

  @ApiProperty({ type: () => [Line] })
  @Type(() => Line)
  lines!: Line[];

  constructor(values: Partial<Account>) {
    Object.assign(this, values);
  }
}

const values = {
  id: 1,
  name: 'Ada',
  password: 'secret',
  notes: 'watch her',
  motto: 'On',
  lines: [{ sku: 'AB', quantity: 2 }],
};
const shown = { id: 1, name: 'Ada', motto: 'On!', lines: [{ sku: 'AB', quantity: 2 }] };

class Stamp {
  readonly made = new Date(0);
  #hidden = 1;

  toJSON(): object {
    return { made: this.made, hidden: this.#hidden + 1 };
  }
}

@Injectable()
class AccountService {
  @McpTool({ output: Account })
  instance(): Account {
    return new Account(values);
  }

  @McpTool({ output: Account })
  async plain(): Promise<Account> {
    return { ...values };
  }

  @McpTool({ output: [Account] })
  list() {
    return of([new Account(values)]);
  }

  @McpTool({ output: Account })
  @SerializeOptions({ groups: ['admin'] })
  grouped(): Account {
    return new Account(values);
  }

  @McpTool({ output: Account })
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ groups: ['admin'] })
  intercepted(): Account {
    return new Account(values);
  }

  @McpTool({ output: [Account] })
  @UseInterceptors(ClassSerializerInterceptor)
  bypassed(): Account[] {
    return [{ ...values }];
  }

  @McpTool({ output: String })
  word(): string {
    return 'word';
  }

  @McpTool({ output: z.object({ at: z.iso.datetime() }) })
  zod() {
    return { at: new Date(0) as unknown as string };
  }

  @McpTool({ output: Account })
  broken(): Account {
    return { ...values, lines: [{ sku: 'AB', quantity: 'many' }] } as unknown as Account;
  }

  @McpTool({ output: Account })
  nothing(): Account {
    return null as unknown as Account;
  }

  @McpTool()
  undeclared(): object {
    return new Account(values);
  }

  @McpTool()
  stamped(): Stamp {
    return new Stamp();
  }

  @McpTool()
  moment(): Date {
    return new Date(0);
  }
}

@Controller('accounts')
class AccountsController {
  @Get(':id')
  @ApiOkResponse({ type: Account })
  @ApiResponse({ status: 404 })
  @McpTool()
  documented(@Param('id', ParseIntPipe) _id: number): Account {
    return new Account(values);
  }

  @Get()
  @ApiCreatedResponse({ type: Account, isArray: true })
  @McpTool()
  documentedList(): Account[] {
    return [new Account(values)];
  }

  @Get('silent')
  @ApiOkResponse({ type: Account })
  @McpTool({ output: false })
  silent(): string {
    return 'anything';
  }
}

describe('A declared output', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ providers: [AccountService], controllers: [AccountsController] });
  });

  afterAll(() => served.close());

  it.each(['instance', 'plain', 'documented'])(
    'writes what the class shows, whatever stands for it (%s)',
    async (name) => {
      const client = await served.connect();
      const result = await call(client, name, name === 'documented' ? { id: 1 } : {});
      expect(result.structuredContent).toEqual(shown);
      expect(JSON.parse(textOf(result))).toEqual(shown);
    },
  );

  it('is an object schema with the properties that a client will read', async () => {
    const client = await served.connect();
    for (const name of ['instance', 'documented']) {
      const { outputSchema } = await toolOf(client, name);
      expect(outputSchema?.type).toBe('object');
      expect(Object.keys(outputSchema?.properties ?? {})).toEqual(
        expect.arrayContaining(['id', 'name', 'motto', 'lines']),
      );
      expect(JSON.stringify(outputSchema)).not.toContain('password');
    }
  });

  it.each(['list', 'documented_list'])(
    'wraps what is no object for revisions that know only objects (%s)',
    async (name) => {
      const client = await served.connect();
      const { outputSchema } = await toolOf(client, name);
      expect(outputSchema).toMatchObject({
        type: 'object',
        properties: { result: { type: 'array' } },
        required: ['result'],
      });
      const result = await call(client, name);
      expect(result.structuredContent).toEqual({ result: [shown] });
      expect(JSON.parse(textOf(result))).toEqual([shown]);
    },
  );

  it('keeps a text a text', async () => {
    const client = await served.connect();
    const result = await call(client, 'word');
    expect(textOf(result)).toBe('word');
    expect(result.structuredContent).toEqual({ result: 'word' });
  });

  it('follows the groups of @SerializeOptions()', async () => {
    const client = await served.connect();
    const { structuredContent } = await call(client, 'grouped');
    expect(structuredContent).toEqual({ ...shown, notes: 'watch her' });
  });

  it("works behind the application's ClassSerializerInterceptor", async () => {
    const client = await served.connect();
    const { structuredContent } = await call(client, 'intercepted');
    expect(structuredContent).toEqual({ ...shown, notes: 'watch her' });
    const bypassed = await call(client, 'bypassed');
    expect(bypassed.structuredContent).toEqual({ result: [{ ...shown, motto: 'On' }] });
  });

  it('checks the JSON of what is returned by any other schema', async () => {
    const client = await served.connect();
    const { structuredContent } = await call(client, 'zod');
    expect(structuredContent).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  it.each([
    ['broken', /AccountService\.broken failed .*lines\[0\]\.quantity/s],
    ['nothing', /AccountService\.nothing failed/],
  ])('that is not kept is told to the operator, not to the client (%s)', async (name, line) => {
    const client = await served.connect();
    const result = await call(client, name);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^Internal error \(\w+\)$/);
    expect(served.log.of('error')).toContainEqual(expect.stringMatching(line));
  });

  it('can be refused where OpenAPI knows of one', async () => {
    const client = await served.connect();
    expect((await toolOf(client, 'silent')).outputSchema).toBeUndefined();
    expect(textOf(await call(client, 'silent'))).toBe('anything');
  });

  it('is not needed: instances are written as Nest writes them', async () => {
    const client = await served.connect();
    expect((await call(client, 'undeclared')).structuredContent).toEqual(values);
    const stamp = { made: '1970-01-01T00:00:00.000Z', hidden: 2 };
    expect((await call(client, 'stamped')).structuredContent).toEqual(stamp);
    expect(textOf(await call(client, 'moment'))).toBe('1970-01-01T00:00:00.000Z');
  });
});

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
import { bootError, startApp, type StartedApp } from '../support/start-app.js';
import { toolOf } from '../support/tool-calls.js';

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

  @McpTool({ output: true })
  typed(): Line {
    return { sku: 'AB', quantity: 2 };
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
  @McpTool({ output: true })
  documented(@Param('id', ParseIntPipe) _id: number): Account {
    return new Account(values);
  }

  @Get()
  @ApiCreatedResponse({ type: Account, isArray: true })
  @McpTool({ output: true })
  documentedList(): Account[] {
    return [new Account(values)];
  }

  // Real documentation leaves out null and absence: over REST this is 200 all the same.
  @Get('loose')
  @ApiOkResponse({ type: Account })
  @McpTool()
  loose(): Account {
    return { id: null, motto: undefined } as unknown as Account;
  }
}

@Controller('documented')
class DocumentedController {
  @Get()
  @ApiOkResponse({ type: Line })
  @McpTool()
  documentedLine(): object {
    return { sku: 'AB', quantity: 2 };
  }

  @Get('typed')
  @McpTool()
  typedLine(): Line {
    return { sku: 'AB', quantity: 2 };
  }

  @Get('silent')
  @ApiOkResponse({ type: Line })
  @McpTool({ output: false })
  silent(): string {
    return 'anything';
  }

  @Get('undocumented')
  @McpTool()
  undocumented(): Promise<string[]> {
    return Promise.resolve(['anything']);
  }
}

describe('A declared output', () => {
  let served: StartedApp;

  beforeAll(async () => {
    served = await startApp({ providers: [AccountService], controllers: [AccountsController] });
  });

  afterAll(() => served.close());

  it.each(['instance', 'plain', 'documented'])(
    'contains the exposed properties of the class, whatever object is returned (%s)',
    async (name) => {
      const client = await served.client();
      const result = await client.callTool(name, name === 'documented' ? { id: 1 } : {});
      expect(result.structured).toEqual(shown);
      expect(JSON.parse(result.text)).toEqual(shown);
    },
  );

  it('is an object schema with the properties in the results', async () => {
    const client = await served.client();
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
    'wraps other values than objects for revisions that allow only objects (%s)',
    async (name) => {
      const client = await served.client();
      const { outputSchema } = await toolOf(client, name);
      expect(outputSchema).toMatchObject({
        type: 'object',
        properties: { result: { type: 'array' } },
        required: ['result'],
      });
      const result = await client.callTool(name);
      expect(result.raw.structuredContent).toEqual({ result: [shown] });
      expect(JSON.parse(result.text)).toEqual([shown]);
    },
  );

  it('keeps a text unchanged', async () => {
    const client = await served.client();
    const result = await client.callTool('word');
    expect(result.text).toBe('word');
    expect(result.raw.structuredContent).toEqual({ result: 'word' });
  });

  it('applies the groups of @SerializeOptions()', async () => {
    const client = await served.client();
    const { structured } = await client.callTool('grouped');
    expect(structured).toEqual({ ...shown, notes: 'watch her' });
  });

  it("works behind the application's ClassSerializerInterceptor", async () => {
    const client = await served.client();
    const { structured } = await client.callTool('intercepted');
    expect(structured).toEqual({ ...shown, notes: 'watch her' });
    const bypassed = await client.callTool('bypassed');
    expect(bypassed.raw.structuredContent).toEqual({ result: [shown] });
  });

  it('is checked in its JSON form for any other schema', async () => {
    const client = await served.client();
    const { structured } = await client.callTool('zod');
    expect(structured).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  it.each([
    ['broken', /AccountService\.broken failed .*lines\[0\]\.quantity/s],
    ['nothing', /AccountService\.nothing failed/],
  ])(
    'that does not match tells the model that the tool has run, and logs the reason (%s)',
    async (name, line) => {
      const client = await served.client();
      const result = await client.callTool(name);
      expect(result.isError).toBe(true);
      expect(result.text).toMatch(/^The tool has run, .* must not be repeated.*\(\w+\)$/);
      expect(result.text).not.toMatch(/quantity/);
      expect(served.log.of('error')).toContainEqual(expect.stringMatching(line));
    },
  );

  it('is not derived from documentation alone', async () => {
    const client = await served.client();
    expect((await toolOf(client, 'loose')).outputSchema).toBeUndefined();
    const result = await client.callTool('loose');
    expect(result.isError).toBe(false);
    expect(result.structured).toEqual({ id: null });
  });

  it('is derived from the return type with `output: true`', async () => {
    const client = await served.client();
    const { outputSchema } = await toolOf(client, 'typed');
    expect(Object.keys(outputSchema?.properties ?? {})).toEqual(['sku', 'quantity']);
  });

  it('stops the boot with `output: true` if neither documentation nor type has a result', async () => {
    @Injectable()
    class UndocumentedService {
      @McpTool({ output: true })
      run(): Promise<object> {
        return Promise.resolve({});
      }
    }
    const { message } = await bootError({ providers: [UndocumentedService] });
    expect(message).toMatch(/UndocumentedService\.run: .*output: true.*@ApiOkResponse/);
  });

  it('is derived from all documentation with documentedOutputs of the module', async () => {
    const documented = await startApp({
      controllers: [DocumentedController],
      mcp: { documentedOutputs: true },
    });
    try {
      const client = await documented.client();
      for (const name of ['documented_line', 'typed_line']) {
        const { outputSchema } = await toolOf(client, name);
        expect(outputSchema).toMatchObject({ type: 'object', required: ['sku', 'quantity'] });
      }
      expect((await toolOf(client, 'silent')).outputSchema).toBeUndefined();
      expect((await client.callTool('silent')).text).toBe('anything');
      expect((await toolOf(client, 'undocumented')).outputSchema).toBeUndefined();
    } finally {
      await documented.close();
    }
  });

  it('is optional: instances are serialised as by Nest', async () => {
    const client = await served.client();
    expect((await client.callTool('undeclared')).structured).toEqual(values);
    const stamp = { made: '1970-01-01T00:00:00.000Z', hidden: 2 };
    expect((await client.callTool('stamped')).structured).toEqual(stamp);
    expect((await client.callTool('moment')).text).toBe('1970-01-01T00:00:00.000Z');
  });
});

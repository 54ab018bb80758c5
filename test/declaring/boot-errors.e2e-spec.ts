import {
  Body,
  Controller,
  Get,
  Injectable,
  Module,
  Next,
  Param,
  Post,
  Put,
  Query,
  Res,
  UploadedFile,
  type Type,
} from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  McpConfigurationError,
  McpGroup,
  McpModule,
  McpParam,
  McpPrompt,
  McpResource,
  McpTool,
  McpTools,
  streamableHttp,
} from 'nestjs-mcp';
import { bootError, startApp } from '../support/start-app.js';

class Named {
  @IsString()
  name!: string;
}

class AlsoNamed {
  @IsString()
  name!: string;
}

@Injectable()
class DuplicateTools {
  @McpTool({ name: 'same' })
  one(): void {
    // Never called.
  }

  @McpTool({ name: 'same' })
  two(): void {
    // Never called.
  }
}

@Injectable()
class DuplicateResources {
  @McpResource('data://one')
  one(): string {
    return '';
  }

  @McpResource('DATA://one')
  two(): string {
    return '';
  }
}

@Injectable()
class DuplicatePrompts {
  @McpPrompt({ name: 'same' })
  one(): string {
    return '';
  }

  @McpPrompt({ name: 'same' })
  two(): string {
    return '';
  }
}

@Injectable()
class IllegalTool {
  @McpTool({ name: 'no spaces' })
  run(): void {
    // Never called.
  }
}

@Injectable()
class LongTool {
  @McpTool({ name: 'x'.repeat(129) })
  run(): void {
    // Never called.
  }
}

@Injectable()
class IllegalPrompt {
  @McpPrompt({ name: 'ümlaut' })
  run(): string {
    return '';
  }
}

@Injectable()
class RelativeResource {
  @McpResource('items')
  run(): string {
    return '';
  }
}

@Injectable()
class BrokenTemplate {
  @McpResource('data://{items')
  run(): string {
    return '';
  }
}

@Injectable()
class UnboundVariable {
  @McpResource('data://{id}')
  run(@McpParam('name') _name: string): string {
    return '';
  }
}

@Injectable()
class PrimitiveInput {
  @McpTool()
  run(_name: string): void {
    // Never called.
  }
}

@Injectable()
class SecondParameter {
  @McpTool()
  run(_input: Named, _other: AlsoNamed): void {
    // Never called.
  }
}

@Injectable()
class UnknownType {
  @McpTool()
  run(@McpParam('tags') _tags: string[]): void {
    // Never called.
  }
}

@Injectable()
class ShapelessInput {
  @McpTool()
  run(_input: Record<string, unknown>): void {
    // Never called.
  }
}

@Injectable()
class TwiceNamed {
  @McpTool()
  run(@McpParam('a') _one: string, @McpParam('a') _two: string): void {
    // Never called.
  }
}

@Injectable()
class UnusableSchema {
  @McpTool({ input: { type: 'object', properties: { a: { type: 'nonsense' } } } })
  run(_input: object): void {
    // Never called.
  }
}

@Injectable()
class UnusableOutput {
  @McpTool({ output: { $ref: 'https://example.com/elsewhere.json' } })
  run(): object {
    return {};
  }
}

@Injectable()
class ListInput {
  @McpTool({ input: { type: 'array' } })
  run(_input: object): void {
    // Never called.
  }
}

@Injectable()
class UnknownServer {
  @McpTool({ servers: ['nowhere'] })
  run(): void {
    // Never called.
  }
}

@McpGroup('g', { servers: ['nowhere'] })
@Injectable()
class UnknownGroupServer {
  @McpTool()
  run(): void {
    // Never called.
  }
}

@Controller('clash')
class ClashingController {
  @Post()
  @McpTool()
  run(@Body() _body: Named, @Query() _query: AlsoNamed): void {
    // Never called.
  }
}

@Controller('required')
class RequiredTwiceController {
  @Put(':name')
  @McpTool()
  run(@Param('name') _name: string, @Body() _body: Named): void {
    // Never called.
  }
}

@Controller('names')
class SameNameController {
  @Put(':id')
  @McpTool()
  run(@Param('id') _id: string, @Query('id') _other: string): void {
    // Never called.
  }
}

@Controller('lists')
class ListBodyController {
  @Post()
  @McpTool()
  run(@Body() _rows: Named[]): void {
    // Never called.
  }
}

@Controller('shapeless')
class ShapelessController {
  @Post()
  @McpTool()
  run(@Body() _rows: Record<string, unknown>): void {
    // Never called.
  }
}

@Controller('raw')
class RawResponseController {
  @Get()
  @McpTool()
  run(@Res() _response: object): void {
    // Never called.
  }
}

@Controller('next')
class NextController {
  @Get()
  @McpTool()
  run(@Next() _next: () => void): void {
    // Never called.
  }
}

@Controller('upload')
class UploadController {
  @Post()
  @McpTool()
  run(@UploadedFile() _file: object): void {
    // Never called.
  }
}

const wrong: [string, { type: Type; says: RegExp; mend: RegExp }][] = [
  [
    'two tools of one name',
    {
      type: DuplicateTools,
      says: /DuplicateTools\.two: .*'same'.*DuplicateTools\.one/,
      mend: /another name.*@McpGroup/,
    },
  ],
  [
    'two resources of one URI',
    {
      type: DuplicateResources,
      says: /DuplicateResources\.two: .*DuplicateResources\.one/,
      mend: /another name/,
    },
  ],
  [
    'two prompts of one name',
    {
      type: DuplicatePrompts,
      says: /DuplicatePrompts\.two: .*DuplicatePrompts\.one/,
      mend: /another name/,
    },
  ],
  [
    'an illegal name of a tool',
    { type: IllegalTool, says: /IllegalTool\.run: 'no spaces'/, mend: /@McpTool\(\{ name \}\)/ },
  ],
  [
    'a name of more than 128 characters',
    { type: LongTool, says: /LongTool\.run: /, mend: /1 to 128/ },
  ],
  [
    'an illegal name of a prompt',
    { type: IllegalPrompt, says: /IllegalPrompt\.run: 'ümlaut'/, mend: /@McpPrompt\(\{ name \}\)/ },
  ],
  [
    'a relative URI',
    { type: RelativeResource, says: /RelativeResource\.run: 'items'/, mend: /scheme/ },
  ],
  [
    'a template that is no RFC 6570',
    { type: BrokenTemplate, says: /BrokenTemplate\.run: .*brace/, mend: /RFC 6570/ },
  ],
  [
    'a required input that the template has not',
    { type: UnboundVariable, says: /UnboundVariable\.run: 'name'/, mend: /\{name\}/ },
  ],
  [
    'a primitive without @McpParam',
    {
      type: PrimitiveInput,
      says: /PrimitiveInput\.run: .*parameter 1 \(String\)/,
      mend: /@McpParam\('name'\)/,
    },
  ],
  [
    'a parameter that cannot be bound',
    {
      type: SecondParameter,
      says: /SecondParameter\.run: .*parameter 2 \(AlsoNamed\)/,
      mend: /@McpParam\('name'\)/,
    },
  ],
  [
    'a type that cannot be seen',
    { type: UnknownType, says: /UnknownType\.run \('tags'\): .*array/, mend: /type: .*\[String\]/ },
  ],
  [
    'an input without a shape',
    {
      type: ShapelessInput,
      says: /ShapelessInput\.run: .*not a class.*`import type`.*union/,
      mend: /DTO class/,
    },
  ],
  [
    'two inputs of one name',
    { type: TwiceNamed, says: /TwiceNamed\.run: .*'a'/, mend: /another name/ },
  ],
  [
    'an unusable schema',
    { type: UnusableSchema, says: /UnusableSchema\.run: .*JSON Schema/, mend: /Correct it/ },
  ],
  [
    'a schema that lies elsewhere',
    { type: UnusableOutput, says: /UnusableOutput\.run: /, mend: /inside the schema/ },
  ],
  [
    'an input that is no object',
    { type: ListInput, says: /ListInput\.run: .*array/, mend: /object with one property/ },
  ],
  [
    'a server that does not exist',
    { type: UnknownServer, says: /UnknownServer\.run: .*'nowhere'/, mend: /Name one of: test/ },
  ],
  [
    'a server of a group that does not exist',
    {
      type: UnknownGroupServer,
      says: /UnknownGroupServer\.run: .*'nowhere'/,
      mend: /Name one of: test/,
    },
  ],
  [
    'a key that body and query claim',
    {
      type: ClashingController,
      says: /ClashingController\.run: .*'name'.*@Body\(\).*@Query\(\)/,
      mend: /rename/,
    },
  ],
  [
    'a key that a DTO requires and the path takes',
    {
      type: RequiredTwiceController,
      says: /RequiredTwiceController\.run: .*'name'.*@Param\(\).*@Body\(\)/,
      mend: /rename/,
    },
  ],
  [
    'a name in path and query',
    { type: SameNameController, says: /SameNameController\.run: .*'id'/, mend: /another name/ },
  ],
  [
    'a body that is a list',
    { type: ListBodyController, says: /ListBodyController\.run: .*Array/, mend: /DTO class/ },
  ],
  [
    'a body without a shape',
    {
      type: ShapelessController,
      says: /ShapelessController\.run: .*@Body\(\)/,
      mend: /\{ input: schema \}/,
    },
  ],
  [
    '@Res() without passthrough',
    {
      type: RawResponseController,
      says: /RawResponseController\.run: @Res\(\)/,
      mend: /passthrough: true/,
    },
  ],
  [
    '@Next()',
    { type: NextController, says: /NextController\.run: @Next\(\)/, mend: /service method/ },
  ],
  [
    'an upload',
    { type: UploadController, says: /UploadController\.run: .*upload/, mend: /as an input/ },
  ],
];

describe('The boot stops at', () => {
  it.each(wrong)(
    '%s, with the method and the remedy in the error',
    async (_what, { type, says, mend }) => {
      const parts = type.name.endsWith('Controller')
        ? { controllers: [type] }
        : { providers: [type] };
      const error = await bootError(parts);
      expect(error).toBeInstanceOf(McpConfigurationError);
      expect(error.message).toMatch(says);
      expect(error.message).toMatch(mend);
    },
  );

  it('all wrong declarations at once, each with its method and its remedy', async () => {
    @McpTools({ only: ['missing'] })
    @Injectable()
    class ManyFaults {
      @McpTool({ name: 'no spaces', output: { $ref: 'https://example.com/elsewhere.json' } })
      first(_input: Named, _other: AlsoNamed, _third: AlsoNamed): void {
        // Never called.
      }

      @McpTool({ scopes: ['two words'] })
      second(_input: Record<string, unknown>): void {
        // Never called.
      }
    }
    @Controller()
    class TakenController {
      @Post('mcp')
      answer(): string {
        return '';
      }

      @Get('sse')
      stream(): string {
        return '';
      }
    }
    const error = (await bootError({
      providers: [ManyFaults, DuplicateTools, UnknownServer],
      controllers: [TakenController],
    })) as McpConfigurationError;
    expect(error).toBeInstanceOf(McpConfigurationError);
    const lines = error.message.split('\n- ');
    expect(lines.shift()).toMatch(/^McpModule: 10 declarations are wrong/);
    const expected = [
      /POST \/mcp .*TakenController\.answer/,
      /GET \/sse .*TakenController\.stream/,
      /ManyFaults\.missing: @McpTools.*first, second/,
      /ManyFaults\.first: .*parameter 2 \(AlsoNamed\)/,
      /ManyFaults\.first: .*parameter 3 \(AlsoNamed\)/,
      /ManyFaults\.first: 'no spaces'/,
      /ManyFaults\.second: .*import type.*union/,
      /ManyFaults\.second: 'two words' is not a legal scope/,
      /DuplicateTools\.two: /,
      /UnknownServer\.run: /,
    ];
    for (const line of expected) expect(lines).toContainEqual(expect.stringMatching(line));
    expect(lines).toHaveLength(expected.length);
    expect(error.errors?.map(({ message }) => message)).toEqual(lines);
  });

  it('the wrong declarations of several servers at once', async () => {
    @Injectable()
    class WrongThere {
      @McpTool({ name: 'no spaces', servers: ['other'] })
      run(): void {
        // Never called.
      }
    }
    const { message } = await bootError({
      providers: [WrongThere, IllegalPrompt],
      imports: [McpModule.forRoot({ name: 'other', version: '1', prefix: 'other' })],
    });
    expect(message).toMatch(
      /2 declarations[^]*IllegalPrompt\.run[^]*WrongThere\.run|2 declarations[^]*WrongThere\.run[^]*IllegalPrompt\.run/,
    );
  });

  it('a route that the application has too, naming both controllers', async () => {
    @Controller()
    class TakenController {
      @Post('mcp')
      answer(): string {
        return '';
      }
    }
    const { message } = await bootError({ controllers: [TakenController] });
    expect(message).toMatch(/POST \/mcp .*'test'.*TakenController\.answer.*prefix/);
  });

  it('two servers on one path, naming both', async () => {
    const { message } = await bootError({
      mcp: false,
      imports: [
        McpModule.forRoot({ name: 'one', version: '1', transports: [streamableHttp()] }),
        McpModule.forRoot({ name: 'two', version: '1', transports: [streamableHttp()] }),
      ],
    });
    expect(message).toMatch(/\/mcp .*'(one|two)'.*'(one|two)'.*prefix/);
  });

  it('two servers with one name', async () => {
    const { message } = await bootError({
      imports: [McpModule.forRoot({ name: 'test', version: '1', prefix: 'other' })],
    });
    expect(message).toMatch(/two servers are named 'test'.*name of its own/);
  });

  it('a duplicate in another class, naming both', async () => {
    const { message } = await bootError({
      providers: [DuplicateTools],
      controllers: [],
    });
    expect(message).toContain('DuplicateTools.one');
  });
});

describe('The boot goes on, with a warning,', () => {
  it('for a decorated method that no server includes', async () => {
    @Injectable()
    class Lonely {
      @McpTool()
      run(): void {
        // Never called.
      }
    }
    @Module({ providers: [Lonely] })
    class LonelyModule {}
    @Module({})
    class ServedModule {}
    const served = await startApp({
      mcp: { include: [ServedModule] },
      imports: [LonelyModule, ServedModule],
    });
    expect(served.log.of('warn')).toContainEqual(
      expect.stringMatching(/Lonely\.run .*no server.*LonelyModule.*include/),
    );
    await served.close();
  });

  it('for a second instance of a class, which is ignored', async () => {
    class Counter {
      private count = 0;

      @McpTool()
      increment(): number {
        return ++this.count;
      }
    }
    Injectable()(Counter);
    @Module({ providers: [Counter] })
    class FirstModule {}
    @Module({ providers: [Counter] })
    class SecondModule {}
    const served = await startApp({ imports: [FirstModule, SecondModule] });
    expect(served.log.of('warn')).toContainEqual(
      expect.stringMatching(/Counter\.increment .*second instance.*SecondModule.*FirstModule/),
    );
    await served.close();
  });

  it('for a parameter with a default value, which is not checked', async () => {
    @Injectable()
    class Defaulting {
      @McpTool()
      run(@McpParam('a') a: string, loud = false): string {
        return `${a} ${loud}`;
      }
    }
    const served = await startApp({ providers: [Defaulting] });
    const client = await served.client();
    const { content } = await client.callTool('run', { a: 'x' });
    expect(content).toEqual([{ type: 'text', text: 'x false' }]);
    await served.close();
  });
});

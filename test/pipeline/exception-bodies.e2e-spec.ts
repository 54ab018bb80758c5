import {
  BadRequestException,
  Body,
  Catch,
  ConflictException,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  Post,
  UnprocessableEntityException,
  UseFilters,
  UsePipes,
  ValidationPipe,
  type ArgumentsHost,
  type ExceptionFilter,
  type PipeTransform,
  type ValidationError,
} from '@nestjs/common';
import type { McpTestClient } from 'nestjs-mcp/testing';
import { ApiProperty } from '@nestjs/swagger';
import { Expose, Type } from 'class-transformer';
import { IsEmail, IsString, MinLength, validate, ValidateNested } from 'class-validator';
import { McpException, McpParam, McpPrompt, McpResource, McpTool } from 'nestjs-mcp';
import { throwError } from 'rxjs';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';

class Address {
  @IsString()
  street!: string;
}

class SignUp {
  @IsEmail()
  email!: string;

  @MinLength(8)
  @ApiProperty({ writeOnly: true })
  password!: string;

  @Expose({ name: 'home_address' })
  @ValidateNested()
  @Type(() => Address)
  address!: Address;
}

/** A validation pipe of the application that knows nothing of Nest's. */
class OwnPipe implements PipeTransform {
  async transform(value: unknown): Promise<unknown> {
    const input = Object.assign(new Address(), value);
    const errors = await validate(input);
    if (errors.length > 0) throw new BadRequestException({ message: 'No address', errors });
    return input;
  }
}

class DomainError extends Error {
  constructor(readonly errors: readonly { field: string; reason: string }[]) {
    super('The order is not acceptable');
  }
}

class ReturnedError extends Error {}

@Catch(DomainError)
class DomainFilter implements ExceptionFilter {
  catch({ message, errors }: DomainError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{
      status(code: number): { json?(body: object): void; send(body: object): void };
    }>();
    response.status(422).send({ message, errors });
  }
}

/** As filters of GraphQL, RPC and the like answer: by what they return. */
@Catch(ReturnedError)
class ReturningFilter implements ExceptionFilter {
  catch({ message }: ReturnedError): unknown {
    if (message === 'stream') return throwError(() => new ConflictException('Streamed'));
    if (message === 'error') return new ConflictException('Returned');
    return { message, errors: [{ field: 'sku' }] };
  }
}

const listed = (message: string) => (errors: ValidationError[]) =>
  new UnprocessableEntityException(message === '' ? errors : { message, errors });

class OwnRefusal extends Error {}

const failures: Record<string, () => unknown> = {
  errorsByField: () =>
    new UnprocessableEntityException({ status: 422, errors: { email: 'taken' } }),
  plainMessage: () => new NotFoundException('No such order'),
  listedMessages: () => new BadRequestException(['one', 'two']),
  textBody: () => new HttpException('Just a text', 418),
  listBody: () => new HttpException([{ code: 7 }] as never, 409),
  onlyError: () => new ForbiddenException({ error: 'quota', statusCode: 403 }),
  messageAndMore: () => new ConflictException({ message: 'Taken', code: 'E42', hint: undefined }),
  detailedError: () => new ConflictException({ message: 'Taken', error: { field: 'sku' } }),
  objectMessage: () => new BadRequestException({ message: { email: ['taken'] } }),
  cyclicBody: () => {
    const body: Record<string, unknown> = { message: 'Round' };
    body['self'] = body;
    return new ConflictException(body);
  },
  serverBody: () => new InternalServerErrorException({ message: 'dsn', secret: 'postgres://' }),
  domain: () => new DomainError([{ field: 'sku', reason: 'sold out' }]),
  returnedError: () => new ReturnedError('error'),
  returnedStream: () => new ReturnedError('stream'),
  ours: () => new McpException('Mine', { data: { a: 1 }, code: -32050 }),
};

@Controller()
@UseFilters(DomainFilter, ReturningFilter)
class FailingController {
  @Post('fail')
  @McpTool()
  fail(@Body('how') how: string): never {
    throw failures[how]?.();
  }

  @Get('returned')
  @McpTool()
  returnedBody(): never {
    throw new ReturnedError('Read me');
  }

  @Get('returned/declared')
  @McpTool({ output: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] } })
  returnedDeclared(): never {
    throw new ReturnedError('Read me');
  }

  @Post('list')
  @UsePipes(new ValidationPipe({ transform: true, exceptionFactory: listed('') }))
  @McpTool()
  list(@Body() _input: SignUp): void {
    // Never called.
  }

  @Post('nested')
  @UsePipes(new ValidationPipe({ transform: true, exceptionFactory: listed('Not valid') }))
  @McpTool()
  nested(@Body() _input: SignUp): void {
    // Never called.
  }

  @Post('own-class')
  @UsePipes(new ValidationPipe({ transform: true, exceptionFactory: () => new OwnRefusal() }))
  @McpTool()
  ownClass(@Body() _input: SignUp): void {
    // Never called.
  }

  @Post('own-pipe')
  @McpTool({ input: { type: 'object' } })
  ownPipe(@Body(new OwnPipe()) _input: object): void {
    // Never called.
  }

  @McpPrompt({ input: { type: 'object', properties: { how: { type: 'string' } } } })
  failingPrompt({ how }: { how: string }): never {
    throw failures[how]?.();
  }

  @McpResource('fail://{how}')
  failingResource(@McpParam('how') how: string): never {
    throw failures[how]?.();
  }

  @McpPrompt({ input: { type: 'object' } })
  returningPrompt(): never {
    throw new ReturnedError('Read me');
  }
}

const wrong = { email: 'x', password: 'short', home_address: { street: 7 } };

describe.each(adapters)('The body of an exception on %s', (adapter) => {
  let served: StartedApp;
  let client: McpTestClient;

  beforeAll(async () => {
    served = await startApp({ adapter, controllers: [FailingController] });
    client = await served.client();
  });

  afterAll(() => served.close());

  const fail = (how: string) => client.callTool('fail', { how });

  async function overRest(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${served.url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  it.each([
    ['errorsByField', 422, 'Unprocessable Entity Exception'],
    ['messageAndMore', 409, 'Taken'],
    ['detailedError', 409, 'Taken'],
    ['domain', 422, 'The order is not acceptable'],
    ['objectMessage', 400, 'Bad Request Exception'],
    ['onlyError', 403, 'Forbidden Exception'],
  ])('is the same for the model as for a REST client (%s)', async (how, status, message) => {
    const rest = (await overRest('fail', { how })) as { status: number; body: object };
    const result = await fail(how);
    expect(result.isError).toBe(true);
    const [first, ...json] = result.text.split('\n');
    expect(first).toBe(message);
    expect(JSON.parse(json.join('\n'))).toEqual(rest.body);
    expect(rest.status).toBe(status);
    expect(result.raw._meta).toEqual({ 'nestjs-mcp/status': status });
  });

  it.each([
    ['plainMessage', 'No such order', 404],
    ['listedMessages', 'one\ntwo', 400],
    ['textBody', 'Just a text', 418],
    ['listBody', '[{"code":7}]', 409],
    ['cyclicBody', 'Round', 409],
    ['returnedError', 'Returned', 409],
    ['returnedStream', 'Streamed', 409],
  ])('that contains only a message is that message (%s)', async (how, text, status) => {
    const result = await fail(how);
    expect(result).toMatchObject({ isError: true, status });
    expect(result.text).toBe(text);
  });

  it('of a server error is not sent to the client', async () => {
    const result = await fail('serverBody');
    expect(result.text).toMatch(/^Internal error \(\w+\)$/);
    expect(JSON.stringify(result)).not.toMatch(/dsn|postgres/);
  });

  it('that a filter returns is the result, but never one that violates a declared output', async () => {
    const whole = { message: 'Read me', errors: [{ field: 'sku' }] };
    const result = await client.callTool('returned_body');
    expect(result.isError).toBe(false);
    expect(result.structured).toEqual(whole);
    const declared = await client.callTool('returned_declared');
    expect(declared.isError).toBe(true);
    expect(declared.text).toBe(`Read me\n${JSON.stringify(whole)}`);
  });

  const lines = [
    'email: must be an email (given: "x")',
    'password: must be longer than or equal to 8 characters (given: (hidden))',
    'home_address.street: must be a string (given: 7)',
  ];

  it.each([
    ['list', lines],
    ['nested', ['Not valid', ...lines]],
    ['own_class', lines],
  ])(
    'that lists ValidationErrors has the form of the library’s own refusals (%s)',
    async (name, expected) => {
      const result = await client.callTool(name, wrong);
      expect(result.isError).toBe(true);
      expect(result.text.split('\n')).toEqual(expected);
    },
  );

  it('is read in the same way from a pipe of the application', async () => {
    const result = await client.callTool('own_pipe', { street: 7 });
    expect(result.text.split('\n')).toEqual(['No address', 'street: must be a string (given: 7)']);
    expect(result.raw._meta).toEqual({ 'nestjs-mcp/status': 400 });
  });

  it.each([
    ['prompt', (how: string) => client.getPrompt('failing_prompt', { how })],
    ['resource', (how: string) => client.readResource(`fail://${how}`)],
  ])('is the message and the data of a %s', async (_kind, ask) => {
    await expect(ask('errorsByField')).rejects.toMatchObject({
      message: expect.stringContaining('Unprocessable Entity Exception'),
      data: { status: 422, errors: { email: 'taken' } },
    });
    await expect(ask('domain')).rejects.toMatchObject({
      message: expect.stringMatching(/The order is not acceptable$/),
      data: {
        message: 'The order is not acceptable',
        errors: [{ field: 'sku', reason: 'sold out' }],
      },
    });
    await expect(ask('ours')).rejects.toMatchObject({ code: -32050, data: { a: 1 } });
    await expect(ask('serverBody')).rejects.toMatchObject({
      message: expect.stringMatching(/Internal error \(\w+\)$/),
      data: undefined,
    });
  });

  it('that a filter returns for a prompt is its error', async () => {
    await expect(client.getPrompt('returning_prompt')).rejects.toMatchObject({
      message: expect.stringMatching(/Read me$/),
      data: { message: 'Read me', errors: [{ field: 'sku' }] },
    });
  });
});

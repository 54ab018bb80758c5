import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import {
  All,
  Controller,
  Get,
  HttpCode,
  Injectable,
  MethodNotAllowedException,
  Post,
} from '@nestjs/common';
import { IsInt, IsOptional, Min } from 'class-validator';
import { McpException, McpPrompt, McpResource, McpTool, staticTokens } from 'nestjs-mcp';
import { startApp, type StartedApp } from '../support/start-app.js';
import { bundledProgram, type Program } from './program.js';

class StockQuery {
  @IsInt()
  @Min(1)
  amount: number;

  @IsOptional()
  @IsInt()
  shelf?: number;
}

@Injectable()
class Stock {
  @McpTool({ description: 'Reserves pieces.' })
  reserve({ amount }: StockQuery): object {
    if (amount > 5) throw new McpException('Only 5 pieces are left');
    return { reserved: amount };
  }

  @McpResource('stock://{shelf}', { description: 'One shelf.' })
  shelf({ shelf }: { shelf: string }): string {
    return `shelf ${shelf}`;
  }

  @McpPrompt({ description: 'Asks for a count.' })
  count(): string {
    return 'Count the stock.';
  }
}

/** Paths of the application that answer like web pages and APIs do. */
@Controller()
class Pages {
  @Get('page')
  page(): string {
    return '<h1>Stock</h1>';
  }

  @Post('form')
  @HttpCode(200)
  form(): object {
    return { accepted: true };
  }

  @All('strict')
  strict(): never {
    throw new MethodNotAllowedException();
  }
}

interface PackageFile {
  readonly version: string;
}

/** The origin of a port that was free a moment ago. */
async function unusedOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

let program: Program;
let served: StartedApp;
let guarded: StartedApp;

beforeAll(async () => {
  program = await bundledProgram();
  served = await startApp({ providers: [Stock], controllers: [Pages] });
  guarded = await startApp({
    providers: [Stock],
    mcp: { auth: { verifier: staticTokens('secret-token') } },
  });
});

afterAll(async () => {
  await served.close();
  await guarded.close();
  program.remove();
});

const mcp = () => ['--url', `${served.url}/mcp`];

describe('nestjs-mcp on a server', () => {
  it.each(['mcp', 'sse'])('lists the primitives of /%s', async (path) => {
    const { code, stdout, stderr } = await program.run(['list', '--url', `${served.url}/${path}`]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'Tools (1)',
        '  reserve  Reserves pieces.',
        'Resource templates (1)',
        '  stock://{shelf}  One shelf.',
        'Prompts (1)',
        '  count  Asks for a count.',
        '',
      ].join('\n'),
    );
  });

  it('calls a tool and prints its answer as text or as JSON', async () => {
    const words = ['call', 'reserve', '{"amount":2}', ...mcp()];
    expect(await program.run(words)).toEqual({ code: 0, stdout: '{"reserved":2}\n', stderr: '' });
    const { stdout } = await program.run([...words, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ structuredContent: { reserved: 2 } });
  });

  it('reads a resource and gets a prompt', async () => {
    expect((await program.run(['read', 'stock://a', ...mcp()])).stdout).toBe('shelf a\n');
    expect((await program.run(['prompt', 'count', ...mcp()])).stdout).toBe(
      'user: Count the stock.\n',
    );
  });

  it.each([
    ['a tool that fails', ['call', 'reserve', '{"amount":9}'], 1, 'Only 5 pieces are left'],
    ['an input that is refused', ['call', 'reserve', '{"amount":0}'], 1, 'amount'],
    ['an unknown tool', ['call', 'nope'], 1, 'Unknown tool: nope'],
    ['input that is no JSON', ['call', 'reserve', '{amount'], 2, 'not JSON'],
    ['input that is no object', ['call', 'reserve', '[1]'], 2, 'must be a JSON object'],
    ['an unknown command', ['frobnicate'], 2, 'unknown command'],
  ])('ends with the error of %s on stderr', async (_, words, code, message) => {
    const run = await program.run([...words, ...(words[0] === 'frobnicate' ? [] : mcp())]);
    expect(run.stderr).toContain(message);
    expect([run.code, run.stdout]).toEqual([code, '']);
  });

  it.each(['call', 'prompt'])(
    '%s refuses input that is no JSON before it connects',
    async (command) => {
      const unreachable = ['--url', `${await unusedOrigin()}/mcp`];
      const run = await program.run([command, 'reserve', '{amount', ...unreachable]);
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('not JSON')]);
    },
  );

  it('reports servers that it cannot reach, with the reason', async () => {
    const free = `${await unusedOrigin()}/mcp`;
    const nothing = await program.run(['list', '--url', free]);
    expect([nothing.code, nothing.stderr]).toEqual([1, `Nothing listens at ${free}.\n`]);
    expect(await program.run(['list'])).toMatchObject({ code: 2 });
  });

  it.each(['elsewhere', 'page', 'form', 'strict'])(
    'says of /%s that it is no MCP server, however the application answers there',
    async (path) => {
      const run = await program.run(['list', '--url', `${served.url}/${path}`]);
      expect([run.code, run.stderr]).toEqual([
        1,
        `There is no MCP server at ${served.url}/${path}. Try ${served.url}/mcp.\n`,
      ]);
    },
  );

  it('suggests no other path where it is that of a server already', async () => {
    const { stderr } = await program.run(['list', '--url', `${served.url}/api/mcp`]);
    expect(stderr).toBe(`There is no MCP server at ${served.url}/api/mcp.\n`);
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('libs/mcp/package.json', 'utf8')) as PackageFile;
    expect(await program.run(['--version'])).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  it('reads the token from the environment, and never from an argument', async () => {
    const words = ['list', '--url', `${guarded.url}/mcp`];
    const anonymous = await program.run(words);
    expect([anonymous.code, anonymous.stderr]).toEqual([
      1,
      `${guarded.url}/mcp wants a bearer token: put it into the environment variable MCP_TOKEN.\n`,
    ]);
    expect(await program.run(words, { MCP_TOKEN: 'secret-token' })).toMatchObject({ code: 0 });
    const header = ['--header', 'Authorization: Bearer ${OTHER}'];
    expect(await program.run([...words, ...header], { OTHER: 'secret-token' })).toMatchObject({
      code: 0,
    });
    expect(await program.run([...words, ...header])).toMatchObject({ code: 2 });
  });
});

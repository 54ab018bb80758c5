import { PassThrough } from 'node:stream';
import {
  Headers,
  Injectable,
  Ip,
  Res,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  Catch,
  type ArgumentsHost,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { McpTool, stdio } from 'nestjs-mcp';
import { McpTestClient } from 'nestjs-mcp/testing';
import { adapters, startApp, type StartedApp } from '../support/start-app.js';

/** As Nest's documentation writes it. */
@Injectable()
class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    const [type, token] = headers['authorization']?.split(' ') ?? [];
    if (type !== 'Bearer' || !token) throw new UnauthorizedException();
    return true;
  }
}

@Catch(UnauthorizedException)
class ToTheLogin {
  catch(_exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ redirect(...to: unknown[]): void }>();
    response.redirect('/login');
  }
}

@Injectable()
class Desk {
  @McpTool()
  @UseGuards(AuthGuard)
  locked(): string {
    return 'open';
  }

  @McpTool()
  @UseGuards(AuthGuard)
  @UseFilters(ToTheLogin)
  away(): string {
    return 'open';
  }

  @McpTool()
  headers(
    @Headers('x-desk') desk: string | undefined,
    @Headers() all: object,
    @Ip() ip: string | undefined,
    @Res({ passthrough: true }) response: { req?: object; request?: object },
  ): string {
    const request = (response.request ?? response.req) as { headers: object };
    return [desk, Object.keys(all).length, ip, request.headers === all].map(String).join(' ');
  }
}

describe.each(adapters)('An enhancer that was written for routes, on %s', (adapter) => {
  let served: StartedApp;
  afterEach(() => served.close());

  const expectations = [
    ['locked', 'Unauthorized', true],
    ['headers', 'undefined 0 undefined true', false],
  ] as const;

  it('reads the headers of a call in memory, which has none', async () => {
    served = await startApp({ adapter, providers: [Desk] });
    const client = await McpTestClient.connect(served.app, { over: 'memory' });
    for (const [tool, text, isError] of expectations) {
      expect(await client.callTool(tool)).toMatchObject({ text, isError });
    }
    const away = await client.callTool('away');
    expect(away.isError).toBe(true);
    expect(away.text).not.toMatch(/Internal error/);
    await client.close();
  });

  it('reads the headers of a call over stdio, which has none', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const transports = [stdio({ input, output })];
    served = await startApp({ adapter, providers: [Desk], mcp: { transports } });
    const client = new Client({ name: 'story', version: '1.0.0' });
    await client.connect(new StdioServerTransport(output, input));
    for (const [name, text] of expectations) {
      expect(await client.callTool({ name })).toMatchObject({ content: [{ text }] });
    }
    await client.close();
  });
});

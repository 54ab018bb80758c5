import { jest } from '@jest/globals';
import { ConsoleLogger, Injectable, Logger, type LogLevel } from '@nestjs/common';
import { IsString } from 'class-validator';
import { McpTool, staticTokens } from 'nestjs-mcp';
import { startApp } from '../support/start-app.js';

class Secret {
  @IsString() password: string;
}

@Injectable()
class Vault {
  @McpTool({ description: 'Keeps a secret.' })
  keep({ password }: Secret): string {
    return `kept ${password}`;
  }

  @McpTool({ description: 'Breaks.' })
  break(): string {
    throw new Error('broken');
  }
}

const token = 'nobody-may-read-this-token';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Starts an application with that logger, has a client call two tools, and collects what was written to stdout. */
async function run(json: boolean, logLevels: LogLevel[]): Promise<string> {
  let output = '';
  const write = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((chunk: string | Uint8Array) => {
      output += String(chunk);
      return true;
    });
  const app = await startApp({
    mcp: { name: 'vault', auth: { verifier: staticTokens({ 'ci\n': { token, scopes: [] } }) } },
    providers: [Vault],
    settings: { logger: new ConsoleLogger({ json, colors: false, logLevels }) },
  });
  try {
    const client = await app.connect({ token });
    const _meta = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    await client.callTool({ name: 'keep', arguments: { password: 'xyzzy' }, _meta });
    await client.callTool({ name: 'break', arguments: {} });
  } finally {
    await app.close();
    write.mockRestore();
    Logger.overrideLogger(false);
  }
  return output;
}

describe('The line of a call in the log', () => {
  it('contains the primitive, the outcome, the subject, the bytes and the trace, but no input, result or token', async () => {
    const output = await run(false, ['debug']);
    const lines = output.split('\n').filter((line) => line.includes('tools/call'));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      new RegExp(
        String.raw`tools/call keep \(Vault\.keep\): ok after [\d.]+ ms, subject "ci\\n", \d+ bytes in, \d+ bytes out, trace ${traceId}$`,
      ),
    );
    expect(lines[1]).toMatch(
      /tools\/call break \(Vault\.break\): error after .* bytes out, error [\da-f]{8}$/,
    );
    expect(output).not.toContain('xyzzy');
    expect(output).not.toContain(token);
  });

  it('is an object if Nest’s logger writes JSON', async () => {
    const output = await run(true, ['debug']);
    const lines = output
      .split('\n')
      .filter((line) => line.includes('tools/call'))
      .map((line) => JSON.parse(line) as { message: object });
    expect(lines).toMatchObject([
      {
        level: 'debug',
        context: 'Mcp:vault',
        message: {
          method: 'tools/call',
          primitive: 'keep',
          where: 'Vault.keep',
          outcome: 'ok',
          durationMs: expect.any(Number) as number,
          subject: 'ci\n',
          requestBytes: expect.any(Number) as number,
          resultBytes: expect.any(Number) as number,
          traceId,
        },
      },
      { message: { primitive: 'break', outcome: 'error', errorId: expect.any(String) as string } },
    ]);
    expect(output).not.toContain('xyzzy');
  });

  it('is not written where the level is above debug', async () => {
    expect(await run(false, ['log'])).not.toContain('tools/call');
  });
});

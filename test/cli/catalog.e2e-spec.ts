import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { IsInt, Min } from 'class-validator';
import { McpPrompt, McpTool } from 'nestjs-mcp';
import { startApp, type StartedApp } from '../support/start-app.js';
import { bundledProgram, type Program } from './program.js';

class Reservation {
  @IsInt()
  @Min(1)
  amount: number;
}

@Injectable()
class Stock {
  @McpTool({ description: 'Reserves pieces.' })
  reserve({ amount }: Reservation): object {
    return { reserved: amount };
  }

  @McpPrompt({ description: 'Asks for a count.' })
  count(): string {
    return 'Count the stock.';
  }
}

let program: Program;
let served: StartedApp;

beforeAll(async () => {
  program = await bundledProgram();
  served = await startApp({ providers: [Stock] });
});

afterAll(async () => {
  await served.close();
  program.remove();
});

describe('nestjs-mcp catalog and diff', () => {
  it('writes the same catalog twice, and finds breaking changes in a modified one', async () => {
    const first = await program.run(['catalog', '--url', `${served.url}/mcp`]);
    const second = await program.run(['catalog', '--url', `${served.url}/mcp`]);
    expect(second.stdout).toBe(first.stdout);
    const changed = first.stdout.replace('"minimum": 1', '"minimum": 2');
    writeFileSync(join(program.folder, 'before.json'), first.stdout);
    writeFileSync(join(program.folder, 'after.json'), changed);
    expect(await program.run(['diff', 'before.json', 'before.json'])).toEqual({
      code: 0,
      stdout: 'Nothing has changed.\n',
      stderr: '',
    });
    expect(await program.run(['diff', 'before.json', 'after.json'])).toEqual({
      code: 1,
      stdout: 'breaking  The tool "reserve": the input "amount" minimum is 2 now.\n',
      stderr: '1 of 1 change breaks callers.\n',
    });
    const more = [
      [changed.replace('"type": "integer"', '"type": "number"'), '1 of 2 changes breaks callers.'],
      [changed.replace('"count"', '"recount"'), '2 of 3 changes break callers.'],
    ] as const;
    for (const [text, message] of more) {
      writeFileSync(join(program.folder, 'after.json'), text);
      expect((await program.run(['diff', 'before.json', 'after.json'])).stderr).toBe(
        `${message}\n`,
      );
    }
  });

  it('refuses a file that is not a catalog', async () => {
    writeFileSync(join(program.folder, 'other.json'), '{"tools":[]}');
    const run = await program.run(['diff', 'other.json', 'other.json']);
    expect([run.code, run.stderr]).toEqual([
      1,
      'other.json is no catalog: write one with "nestjs-mcp catalog > other.json".\n',
    ]);
  });
});

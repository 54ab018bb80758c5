import {
  Catch,
  Injectable,
  UseFilters,
  type ExceptionFilter,
  type LoggerService,
} from '@nestjs/common';
import { jest } from '@jest/globals';
import { IsInt } from 'class-validator';
import {
  getMcpServerToken,
  McpCompletion,
  McpContext,
  McpException,
  McpParam,
  McpPrompt,
  McpResource,
  McpTool,
  type McpServerRef,
} from 'nestjs-mcp';
import { openSession, post } from '../../libs/mcp/test/wire.js';
import { postModern } from '../protocol/modern.wire.js';
import { startApp, type StartedApp } from '../support/start-app.js';

const SECRET = 'the text of the logger';
const HIDDEN = 'the text of the error';

class Amount {
  @IsInt()
  n: number;
}

@Catch()
class BrokenFilter implements ExceptionFilter {
  catch(): never {
    throw new Error(HIDDEN);
  }
}

/** An error that cannot even be read. */
const unreadable = (): never => {
  const hostile = {
    toString: (): never => {
      throw new Error(HIDDEN);
    },
  };
  throw hostile as unknown as Error;
};

@Injectable()
class Failing {
  @McpTool()
  fails(): never {
    throw new Error(HIDDEN);
  }

  @McpTool()
  unreadable(): never {
    return unreadable();
  }

  @McpTool()
  @UseFilters(BrokenFilter)
  filtered(): never {
    throw new Error('filtered');
  }

  @McpTool()
  wrong_input(input: Amount): number {
    return input.n;
  }

  @McpTool()
  async says(context: McpContext): Promise<string> {
    await context.progress(1, 2);
    await context.progress(2n as unknown as number);
    await context.log.error({ n: 1n });
    return 'said';
  }

  @McpTool()
  odd_content() {
    return { content: [{ type: 'text', text: 'odd', _meta: { n: 1n } }] };
  }

  @McpTool({
    visibility: () => {
      throw new Error(HIDDEN);
    },
  })
  unseen(): string {
    return 'unseen';
  }

  @McpResource('data://fails')
  resource(): never {
    throw new Error(HIDDEN);
  }

  @McpResource('data://odd-data')
  oddData(): never {
    throw new McpException('meant to be read', { data: { n: 1n } });
  }

  @McpResource('data://odd-contents')
  oddContents() {
    return { contents: [{ uri: 'data://odd-contents', text: 'a', _meta: { n: 1n } }] };
  }

  @McpPrompt()
  prompt(): never {
    throw new Error(HIDDEN);
  }

  @McpPrompt()
  odd_prompt() {
    return { messages: [{ role: 'user', content: { type: 'text', text: 'a', _meta: { n: 1n } } }] };
  }

  @McpPrompt()
  completed(@McpParam('name') name: string): string {
    return name;
  }

  @McpCompletion({ prompt: 'completed', argument: 'name' })
  complete(_value: string): never {
    throw new Error(HIDDEN);
  }
}

type Json = Record<string, unknown>;

const requests: readonly [string, Json, unknown][] = [
  ['tools/call', { name: 'fails' }, /Internal error \(\w{8}\)/],
  ['tools/call', { name: 'unreadable' }, /Internal error \(\w{8}\)/],
  ['tools/call', { name: 'filtered' }, /Internal error \(\w{8}\)/],
  ['tools/call', { name: 'wrong_input', arguments: { n: 'x' } }, /must be an integer/],
  ['tools/call', { name: 'says', _meta: { progressToken: 1 } }, /said/],
  ['tools/call', { name: 'odd_content' }, /has run|Internal error \(\w{8}\)/],
  ['tools/call', { name: 'unseen' }, /Unknown tool/],
  ['tools/call', { name: 'added' }, /Internal error \(\w{8}\)/],
  ['tools/list', {}, /wrong_input/],
  ['resources/read', { uri: 'data://fails' }, /Internal error \(\w{8}\)/],
  ['resources/read', { uri: 'data://odd-data' }, /meant to be read/],
  ['resources/read', { uri: 'data://odd-contents' }, /Internal error \(\w{8}\)/],
  ['prompts/get', { name: 'prompt' }, /Internal error \(\w{8}\)/],
  ['prompts/get', { name: 'odd_prompt' }, /Internal error \(\w{8}\)/],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'completed' }, argument: { name: 'name', value: 'a' } },
    /Internal error \(\w{8}\)/,
  ],
];

describe.each([
  [
    'throws',
    () => {
      throw new Error(SECRET);
    },
  ],
  ['rejects', () => Promise.reject(new Error(SECRET))],
])('A logger of the application that %s', (_how, write) => {
  let started: StartedApp;
  let url: string;
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

  beforeAll(async () => {
    warn.mockClear();
    let isBroken = false;
    const line = (): unknown => (isBroken ? write() : undefined);
    const logger: LoggerService = {
      log: line,
      warn: line,
      error: line,
      debug: line,
      verbose: line,
    };
    started = await startApp({
      mcp: { pageSize: 100 },
      providers: [Failing],
      settings: { logger },
    });
    url = `${started.url}/mcp`;
    isBroken = true;
    started.app.get<McpServerRef>(getMcpServerToken()).tools.add({
      name: 'added',
      handler: () => {
        throw new Error(HIDDEN);
      },
    });
  });

  afterAll(async () => {
    await started.close();
  });

  it.each(requests)(
    'changes no answer of the legacy era: %s %j',
    async (method, params, expected) => {
      const headers = await openSession(url);
      const answer = await post(url, { jsonrpc: '2.0', id: 1, method, params }, headers);
      const text = await answer.text();
      expect(text).toMatch(expected as RegExp);
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(HIDDEN);
    },
  );

  it.each(requests)(
    'changes no answer of the modern era: %s %j',
    async (method, params, expected) => {
      const { _meta: meta, ...rest } = params;
      const answer = await postModern(url, method, rest, { meta: meta as Json });
      const text = await answer.text();
      expect(text).toMatch(expected as RegExp);
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(HIDDEN);
    },
  );

  it.each([
    ['params without a client', { protocolVersion: '2025-11-25', capabilities: {} }],
    [
      'capabilities that are none',
      { protocolVersion: '2025-11-25', capabilities: 1, clientInfo: {} },
    ],
    ['no params', undefined],
  ])('changes no answer to initialize with %s, which is invalid', async (_name, params) => {
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const { error } = (await answer.json()) as { error: { code: number; message: string } };
    expect(error.code).toBe(-32602);
    expect(error.message).not.toContain('[');
  });

  it('does not end the process, which warns once and not for each line', async () => {
    // Jest itself fails a test during which a rejection is not handled.
    await new Promise((resolve) => setImmediate(resolve));
    // Of the server, and of its guards and routes.
    expect(warn.mock.calls.length).toBeGreaterThanOrEqual(1);
    expect(warn.mock.calls.length).toBeLessThanOrEqual(3);
    for (const [text] of warn.mock.calls) expect(text).toContain(SECRET);
  });
});

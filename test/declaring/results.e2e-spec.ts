import { Readable } from 'node:stream';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { Injectable, StreamableFile } from '@nestjs/common';
import {
  assistant,
  audio,
  embedded,
  image,
  McpContext,
  McpPrompt,
  McpResource,
  McpTool,
  resourceLink,
  text,
  user,
} from 'nestjs-mcp';
import { from } from 'rxjs';
import { httpWays, startApp, type StartedApp } from '../support/start-app.js';
import { textOf } from '../support/tool-calls.js';

const bytes = Buffer.from('bytes');
const base64 = bytes.toString('base64');

async function* letters(): AsyncGenerator<string> {
  for (const letter of 'abc') yield letter;
}

async function* numbers(): AsyncGenerator<{ n: number }> {
  yield { n: 1 };
  yield { n: 2 };
}

function* squares(): Generator<number> {
  yield 1;
  yield 4;
}

class Money {
  private readonly cents = new Map([['EUR', 100]]);
  toJSON(): object {
    return Object.fromEntries(this.cents);
  }
}

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const returned: Record<string, () => unknown> = {
  aString: () => 'text',
  aNumber: () => 0,
  aBoolean: () => false,
  nothing: () => undefined,
  aNull: () => null,
  anObject: () => ({ a: [1, { b: null }] }),
  anArray: () => [1, 'two'],
  anEmptyArray: () => [],
  aDate: () => ({ at: new Date(0), money: new Money() }),
  anEmptyInstance: () => new (class Empty {})(),
  aBuffer: () => bytes,
  someBytes: () => new Uint8Array(bytes),
  aFile: () => new StreamableFile(bytes, { type: 'audio/wav' }),
  aBlock: () => text('block'),
  blocks: () => [
    text('one'),
    image(bytes, 'image/png'),
    audio(base64, 'audio/wav'),
    resourceLink('data://x', { name: 'x', mimeType: 'text/plain' }),
    embedded('data://y', { text: 'y' }),
    embedded('data://z', { blob: bytes, mimeType: 'application/zip' }),
  ],
  aResult: () => ({ content: [text('whole')], structuredContent: { a: 1 }, _meta: { m: 1 } }),
  aFailure: () => ({ content: [text('refused')], isError: true }),
  likeABlock: () => ({ type: 'text', text: 'mine', author: 'me' }),
  likeAResult: () => ({ content: 'page', size: 3 }),
  aPromise: () => Promise.resolve('later'),
  anObservable: () => from(['first', 'last']),
  letters: () => letters(),
  numbers: () => numbers(),
  aMap: () => new Map([['a', 1]]),
  aSet: () => new Set([1]),
  aMapInside: () => ({ list: [{ map: new Map([['a', 1]]) }] }),
  aSetInside: () => ({ set: new Set([1]) }),
  aMapInContent: () => ({ content: [text('whole')], structuredContent: { map: new Map() } }),
  aGenerator: () => squares(),
  anError: () => new Error('returned'),
  aSymbol: () => Symbol('mine'),
  aCycle: () => cyclic,
  aBigint: () => ({ n: 1n }),
  aFunction: () => () => 1,
};

/** A provider with one tool and one resource for each of them. */
@Injectable()
class Results {
  static {
    for (const [name, give] of Object.entries(returned)) {
      Object.defineProperty(Results.prototype, name, { value: () => give() });
      const descriptor = Object.getOwnPropertyDescriptor(Results.prototype, name);
      McpTool({ name })(Results.prototype, name, descriptor);
      McpResource(`returned://${name}`)(Results.prototype, name, descriptor as PropertyDescriptor);
    }
  }
}

@Injectable()
class Resources {
  @McpResource('data://text')
  text(): string {
    return 'text';
  }

  @McpResource('data://markdown', { mimeType: 'text/markdown' })
  markdown(): string {
    return '# text';
  }

  @McpResource('data://object')
  object(): object {
    return { a: 1 };
  }

  @McpResource('data://array')
  array(): number[] {
    return [1];
  }

  @McpResource('data://bytes')
  bytes(): Uint8Array {
    return bytes;
  }

  @McpResource('data://file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from([bytes]), { type: 'image/png' });
  }

  @McpResource('data://contents')
  contents(): object {
    return { contents: [{ uri: 'data://other', text: 'other' }] };
  }

  @McpResource('data://no-contents')
  noContents(): object {
    return { contents: [] };
  }

  @McpResource('data://nothing')
  nothing(): undefined {
    return undefined;
  }

  @McpResource('data://uri/{id}')
  uri(context: McpContext): string {
    return String(context.uri);
  }
}

@Injectable()
class Prompts {
  @McpPrompt()
  aText(): string {
    return 'text';
  }

  @McpPrompt()
  messages(): object[] {
    return [user('question'), assistant(image(base64, 'image/png'))];
  }

  @McpPrompt({ description: 'Declared' })
  described(): object {
    return { messages: [user('question')], description: 'Returned' };
  }

  @McpPrompt()
  unusable(): number {
    return 1;
  }

  @McpPrompt()
  aGenerator(): Generator<number> {
    return squares();
  }

  @McpPrompt()
  aMapInside(): object {
    return { messages: [user('question')], _meta: { map: new Map() } };
  }
}

describe.each(httpWays)('The returned value of a method, over /%s,', (way) => {
  let served: StartedApp;
  const result = async (name: string): Promise<CallToolResult> => {
    const { raw } = await (await served.client({ over: way })).callTool(name);
    return raw as CallToolResult;
  };

  beforeAll(async () => {
    served = await startApp({ providers: [Results, Resources, Prompts] });
  });

  afterAll(() => served.close());

  it.each([
    ['aString', 'text'],
    ['aNumber', '0'],
    ['aBoolean', 'false'],
    ['aPromise', 'later'],
    ['anObservable', 'last'],
    ['letters', 'abc'],
    ['anArray', '[1,"two"]'],
    ['anEmptyArray', '[]'],
  ])('is one text (%s)', async (name, expected) => {
    const { structuredContent, ...rest } = await result(name);
    expect(structuredContent).toBeUndefined();
    expect(textOf(rest)).toBe(expected);
  });

  it.each(['nothing', 'aNull'])('may be undefined (%s)', async (name) => {
    expect(await result(name)).toEqual({ content: [] });
  });

  it.each([
    ['anObject', { a: [1, { b: null }] }],
    ['likeABlock', { type: 'text', text: 'mine', author: 'me' }],
    ['likeAResult', { content: 'page', size: 3 }],
    ['aDate', { at: '1970-01-01T00:00:00.000Z', money: { EUR: 100 } }],
    ['anEmptyInstance', {}],
  ])('is structured content, with its JSON as text (%s)', async (name, expected) => {
    const whole = await result(name);
    expect(whole.structuredContent).toEqual(expected);
    expect(JSON.parse(textOf(whole))).toEqual(expected);
  });

  it('may be an async iterable, whose items are all sent', async () => {
    expect(textOf(await result('numbers'))).toBe('[{"n":1},{"n":2}]');
  });

  it.each(['aBuffer', 'someBytes'])('is a blob if it is bytes (%s)', async (name) => {
    expect((await result(name)).content).toEqual([
      {
        type: 'resource',
        resource: { uri: expect.any(String), blob: base64, mimeType: 'application/octet-stream' },
      },
    ]);
  });

  it('is audio if a file has that type', async () => {
    expect((await result('aFile')).content).toEqual([
      { type: 'audio', data: base64, mimeType: 'audio/wav' },
    ]);
  });

  it('is unchanged if it consists of content blocks', async () => {
    expect((await result('aBlock')).content).toEqual([{ type: 'text', text: 'block' }]);
    expect((await result('blocks')).content).toEqual([
      { type: 'text', text: 'one' },
      { type: 'image', data: base64, mimeType: 'image/png' },
      { type: 'audio', data: base64, mimeType: 'audio/wav' },
      { type: 'resource_link', uri: 'data://x', name: 'x', mimeType: 'text/plain' },
      { type: 'resource', resource: { uri: 'data://y', text: 'y' } },
      {
        type: 'resource',
        resource: { uri: 'data://z', blob: base64, mimeType: 'application/zip' },
      },
    ]);
  });

  it('is unchanged if it is a complete result', async () => {
    expect(await result('aResult')).toEqual({
      content: [{ type: 'text', text: 'whole' }],
      structuredContent: { a: 1 },
      _meta: { m: 1 },
    });
    expect(await result('aFailure')).toEqual({
      content: [{ type: 'text', text: 'refused' }],
      isError: true,
    });
  });

  const unusable: [string, RegExp][] = [
    ['aMap', /a Map or Set is not JSON\. Return data: a plain object or an array/],
    ['aSet', /a Map or Set is not JSON/],
    ['aMapInside', /a Map or Set is not JSON/],
    ['aSetInside', /a Map or Set is not JSON/],
    ['aGenerator', /a Generator is not JSON/],
    ['anError', /an Error is not JSON\. Throw it, or return data/],
    ['aSymbol', /a symbol is not JSON/],
    ['aCycle', /a cycle is not JSON/],
    ['aBigint', /a bigint is not JSON/],
    ['aFunction', /a function is not JSON/],
  ];

  it.each([...unusable, ['aMapInContent', /a Map or Set is not JSON/] as const])(
    'is an error in the log if JSON cannot express it (%s)',
    async (name, line) => {
      served.log.clear();
      const whole = await result(name);
      expect(whole.isError).toBe(true);
      expect(textOf(whole)).toMatch(
        /^Internal error \(\w+\): the tool has run, .* must not be repeated/,
      );
      expect(served.log.of('error')).toEqual([expect.stringMatching(line)]);
    },
  );

  it.each(unusable)(
    'is an error in the log if JSON cannot express it, of a resource too (%s)',
    async (name, line) => {
      served.log.clear();
      const client = await served.client({ over: way });
      await expect(client.readResource(`returned://${name}`)).rejects.toMatchObject({
        code: -32603,
        message: expect.stringMatching(/Internal error \(\w+\)$/),
      });
      expect(served.log.of('error')).toEqual([expect.stringMatching(line)]);
    },
  );

  it.each([
    ['data://text', { text: 'text', mimeType: 'text/plain' }],
    ['data://markdown', { text: '# text', mimeType: 'text/markdown' }],
    ['data://object', { text: '{\n  "a": 1\n}', mimeType: 'application/json' }],
    ['data://array', { text: '[\n  1\n]', mimeType: 'application/json' }],
    ['data://bytes', { blob: base64, mimeType: 'application/octet-stream' }],
    ['data://file', { blob: base64, mimeType: 'image/png' }],
    ['data://uri/1', { text: 'data://uri/1', mimeType: 'text/plain' }],
  ])('becomes the contents of a resource (%s)', async (uri, expected) => {
    const client = await served.client({ over: way });
    const { contents } = await client.readResource(uri);
    expect(contents).toEqual([{ uri, ...expected }]);
  });

  it.each([
    ['letters', { text: 'abc', mimeType: 'text/plain' }],
    ['numbers', { text: JSON.stringify([{ n: 1 }, { n: 2 }], null, 2) }],
    ['anEmptyInstance', { text: '{}', mimeType: 'application/json' }],
  ])('becomes the contents of a resource as a whole (%s)', async (name, expected) => {
    const client = await served.client({ over: way });
    const { contents } = await client.readResource(`returned://${name}`);
    expect(contents).toMatchObject([expected]);
  });

  it('may be no contents of a resource that there is', async () => {
    const client = await served.client({ over: way });
    expect((await client.readResource('data://no-contents')).contents).toEqual([]);
  });

  it('may be complete contents, or undefined for an unknown resource', async () => {
    const client = await served.client({ over: way });
    const { contents } = await client.readResource('data://contents');
    expect(contents).toEqual([{ uri: 'data://other', text: 'other' }]);
    await expect(client.readResource('data://nothing')).rejects.toMatchObject({
      code: -32002,
    });
  });

  it('becomes the messages of a prompt', async () => {
    const client = await served.client({ over: way });
    const question = { role: 'user', content: { type: 'text', text: 'question' } };
    expect((await client.getPrompt('a_text')).raw).toEqual({
      messages: [{ role: 'user', content: { type: 'text', text: 'text' } }],
    });
    expect((await client.getPrompt('messages')).messages).toEqual([
      question,
      { role: 'assistant', content: { type: 'image', data: base64, mimeType: 'image/png' } },
    ]);
    expect((await client.getPrompt('described')).raw).toEqual({
      messages: [question],
      description: 'Returned',
    });
  });

  it.each([
    ['unusable', /not a prompt/],
    ['a_generator', /not a prompt/],
    ['a_map_inside', /a Map or Set is not JSON/],
  ])('is an error in the log if it is no prompt (%s)', async (name, line) => {
    const client = await served.client({ over: way });
    await expect(client.getPrompt(name)).rejects.toMatchObject({
      code: -32603,
      message: expect.stringMatching(/Internal error \(\w+\)/),
    });
    expect(served.log.of('error').at(-1)).toMatch(line);
  });
});

function post(url: string, session: string | undefined, body: object): Promise<Response> {
  return fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session !== undefined && { 'mcp-session-id': session }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...body }),
  });
}

/** Shakes hands as a client of that revision, which the SDK's own client is not; gives the session. */
async function greet(url: string, protocolVersion: string): Promise<string | undefined> {
  const clientInfo = { name: 'old', version: '1' };
  const params = { protocolVersion, capabilities: {}, clientInfo };
  const greeting = await post(url, undefined, { id: 1, method: 'initialize', params });
  const session = greeting.headers.get('mcp-session-id') ?? undefined;
  await post(url, session, { method: 'notifications/initialized' });
  return session;
}

describe('Content that an older revision does not define', () => {
  it('is converted to content that it defines', async () => {
    const served = await startApp({ providers: [Results] });
    const session = await greet(served.url, '2024-11-05');
    const ask = async (name: string): Promise<{ content: unknown[] }> => {
      const answer = await post(served.url, session, {
        id: 2,
        method: 'tools/call',
        params: { name },
      });
      return ((await answer.json()) as { result: { content: unknown[] } }).result;
    };
    const { content } = await ask('blocks');
    expect(content[2]).toMatchObject({ type: 'resource', resource: { mimeType: 'audio/wav' } });
    expect(content[3]).toEqual({ type: 'text', text: 'x: data://x' });
    await served.close();
  });
});

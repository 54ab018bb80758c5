import { Injectable } from '@nestjs/common';
import { McpContext, McpParam, McpResource } from 'nestjs-mcp';
import type { McpTestClient } from 'nestjs-mcp/testing';
import { startApp, type StartedApp } from '../support/start-app.js';

type Variables = Record<string, string | string[]>;

const templates = [
  'path://x{/list*}',
  'labels://x{.list*}',
  'simple://{list*}',
  'reserved://{+list*}',
  'fragments://x{#list*}',
  'parameters://x{;list*}',
  'extension://file{.ext}',
  'two-labels://x{.a,b}',
  'path-and-label://{+path}{.ext}',
  'parameter://x{;a,ab}{;c}',
  'segment-and-parameter://x{/a}{.b}{;c}',
  'prefix://{v:3}',
  'prefixes://{a:2}{b:3}',
  'prefix-and-rest://{a:1}-{b}',
  'prefix-query://x{?q:3}',
  'free://x{/list*}',
];

/** Each template as a resource that answers with its variables. */
@Injectable()
class Operators {
  static {
    for (const [index, template] of templates.entries()) {
      const method = `read${index}`;
      Object.defineProperty(Operators.prototype, method, { value: (input: Variables) => input });
      const descriptor = Object.getOwnPropertyDescriptor(Operators.prototype, method);
      Reflect.defineMetadata('design:paramtypes', [Object], Operators.prototype, method);
      McpParam()(Operators.prototype, method, 0);
      McpResource(template)(Operators.prototype, method, descriptor as PropertyDescriptor);
    }
  }

  @McpResource('names://{names}')
  names(@McpParam('names', { type: [String] }) names: string[], context: McpContext): object {
    return { names, uri: context.uri };
  }
}

describe('The variables of a URI template', () => {
  let served: StartedApp;
  let client: McpTestClient;
  const read = async (uri: string): Promise<unknown> =>
    JSON.parse((await client.readResource(uri)).text);

  beforeAll(async () => {
    served = await startApp({ providers: [Operators] });
    client = await served.client({ over: 'http' });
  });

  afterAll(() => served.close());

  it.each([
    ['path://x/docs/readme.md', { list: ['docs', 'readme.md'] }],
    ['path://x/a,b/c', { list: ['a,b', 'c'] }],
    ['labels://x.a.b,c', { list: ['a', 'b,c'] }],
    ['simple://a.b,c', { list: ['a.b', 'c'] }],
    ['simple://a%2Cb,c', { list: ['a,b', 'c'] }],
    ['simple://a,,b', { list: ['a', '', 'b'] }],
    ['reserved://a/b.c,d', { list: ['a/b.c', 'd'] }],
    ['fragments://x#a/b;c,d', { list: ['a/b;c', 'd'] }],
    ['parameters://x;list=a;list=b.c,d', { list: ['a', 'b.c,d'] }],
    ['parameters://x;list;list=b', { list: ['', 'b'] }],
    ['parameters://x', {}],
  ])('are split where the operator of an exploded one says: %s', async (uri, variables) => {
    expect(await read(uri)).toEqual(variables);
  });

  it.each([
    ['extension://file.tar.gz', { ext: 'tar.gz' }],
    ['extension://file', {}],
    ['two-labels://x.a', { a: 'a' }],
    ['two-labels://x.a.b', { a: 'a', b: 'b' }],
    ['two-labels://x.a.b.c', { a: 'a', b: 'b.c' }],
    ['path-and-label://a/file.tar.gz', { path: 'a/file.tar', ext: 'gz' }],
  ])('may hold dots behind a dot: %s', async (uri, variables) => {
    expect(await read(uri)).toEqual(variables);
  });

  it.each([
    ['parameter://x;a', { a: '' }],
    ['parameter://x;a=', { a: '' }],
    ['parameter://x;ab=1', { ab: '1' }],
    ['parameter://x;a=1;ab;c=%3B', { a: '1', ab: '', c: ';' }],
    ['parameter://x', {}],
    ['segment-and-parameter://x/a.b;c=1', { a: 'a.b', c: '1' }],
    ['segment-and-parameter://x.b;c=1', { b: 'b', c: '1' }],
    ['segment-and-parameter://x;c', { c: '' }],
  ])('are parameters behind a semicolon, empty ones too: %s', async (uri, variables) => {
    expect(await read(uri)).toEqual(variables);
  });

  it.each([
    ['prefix://abc', { v: 'abc' }],
    ['prefix://%F0%9F%A6%8A%C3%BCc', { v: '🦊üc' }],
    ['prefix://🦊üc', { v: '🦊üc' }],
    ['prefixes://abcde', { a: 'ab', b: 'cde' }],
    ['prefix-and-rest://x-y-z', { a: 'x', b: 'y-z' }],
    ['prefix-query://x?q=abc', { q: 'abc' }],
  ])('are as long as their prefix at most: %s', async (uri, variables) => {
    expect(await read(uri)).toEqual(variables);
  });

  it.each([
    'prefix://abcd',
    'prefix://%C3%BC%C3%BC%C3%BC%C3%BC',
    'prefixes://abcdef',
    'prefix-and-rest://xx-y',
    'prefix-query://x?q=abcd',
    'parameters://x;list=a;other=b',
    'parameter://x;a1',
  ])('are none where the URI is no expansion of the template: %s', async (uri) => {
    await expect(read(uri)).rejects.toMatchObject({ code: -32002 });
  });

  it.each([
    ['reserved://a,..,b', 'list'],
    ['reserved://a,../b', 'list'],
    ['simple://a,..%2Fb', 'list'],
    ['simple://a,%00', 'list'],
    ['labels://x.%2e%2e', 'list'],
    ['labels://x.a.%2e%2e%2Fb', 'list'],
    ['path://x/a/..', 'list'],
    ['path://x/a%2F..', 'list'],
    ['fragments://x#a,../b', 'list'],
    ['parameters://x;list=a;list=..', 'list'],
    ['parameters://x;list=..%5Cb', 'list'],
    ['parameter://x;a=..', 'a'],
    ['extension://file...', 'ext'],
    ['extension://file.%2e%2e', 'ext'],
    ['prefix://..', 'v'],
    ['names://a,..', 'names'],
    ['names://a,..%2Fb', 'names'],
    ['names://%5B%22..%2Fb%22%5D', 'names'],
  ])('never lead out of a directory, as a part of a list neither: %s', async (uri, name) => {
    await expect(read(uri)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(`'${name}'`),
    });
  });
});

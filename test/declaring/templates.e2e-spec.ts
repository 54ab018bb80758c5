import { Injectable } from '@nestjs/common';
import { McpContext, McpParam, McpResource } from 'nestjs-mcp';
import { httpWays, startApp, type StartedApp } from '../support/start-app.js';

@Injectable()
class Templates {
  @McpResource('one://{a}/{b}')
  segments(@McpParam('a') a: string, @McpParam('b') b: string): object {
    return { a, b };
  }

  @McpResource('file:///{+path}')
  path(@McpParam('path') path: string): object {
    return { path };
  }

  @McpResource('search://items{?q,limit}')
  search(
    @McpParam('limit', { default: 10 }) limit: number,
    @McpParam('q', { required: false }) q?: string,
  ): object {
    return { q, limit };
  }

  @McpResource('http://localhost:8080/rows/{id}', { name: 'row' })
  port(@McpParam('id') id: number): object {
    return { id };
  }

  @McpResource('dots.and+plus://a.b(c)/{id}')
  special(@McpParam('id') id: string): object {
    return { id };
  }

  @McpResource('flags://{on}/{when}')
  types(@McpParam('on') on: boolean, @McpParam('when') when: Date): object {
    return { on, when: when.getTime() };
  }

  @McpResource('lists://x{?tags*}')
  lists(@McpParam('tags', { type: [String] }) tags: string[]): object {
    return { tags };
  }

  @McpResource('rows://{table}/{id}{?fields*}')
  row(@McpParam() variables: Record<string, string | string[]>): object {
    return variables;
  }

  @McpResource('undecorated://{table}')
  undecorated(variables: Record<string, string>, context: McpContext): object {
    return { ...variables, uri: context.uri };
  }

  @McpResource('unused://{a}/{b}')
  unused(context: McpContext): object {
    return { uri: context.uri };
  }

  @McpResource('nest://{+path}')
  anything(@McpParam('path') path: string): object {
    return { path };
  }

  @McpResource('nest://bo{rest}')
  beginning(@McpParam('rest') rest: string): object {
    return { rest };
  }

  @McpResource('nest://box/{id}')
  box(@McpParam('id') id: string): object {
    return { box: id };
  }

  @McpResource('nest://box/{id}/part/{part}')
  part(@McpParam('id') id: string, @McpParam('part') part: string): object {
    return { box: id, part };
  }

  @McpResource('exploded://x{/parts*}')
  exploded(@McpParam('parts', { type: [String] }) parts: string[]): object {
    return { parts };
  }

  @McpResource('forms://{a,b}{/c}{?f,g*}')
  forms(@McpParam() variables: Record<string, string | string[]>): object {
    return variables;
  }

  @McpResource('dotted://x{.d}{;e}')
  dotted(@McpParam() variables: Record<string, string>): object {
    return variables;
  }

  @McpResource('fragment://x{#part}')
  fragment(@McpParam('part', { required: false }) part?: string): object {
    return { part };
  }

  @McpResource('anywhere://{+path}', { allowTraversal: true })
  anywhere(@McpParam('path') path: string): object {
    return { path };
  }

  @McpResource('anyparts://x{/parts*}', { allowTraversal: true })
  anyParts(@McpParam('parts', { type: [String] }) parts: string[]): object {
    return { parts };
  }

  @McpResource('fixed://{id}')
  template(@McpParam('id') id: string): object {
    return { id };
  }

  @McpResource('fixed://known')
  known(): object {
    return { known: true };
  }
}

describe.each(httpWays)('URI templates, over /%s,', (way) => {
  let served: StartedApp;
  const read = async (uri: string): Promise<unknown> => {
    const client = await served.client({ over: way });
    const { contents } = await client.readResource(uri);
    expect(contents[0]?.uri).toBe(uri);
    return JSON.parse((contents[0] as { text: string }).text);
  };

  beforeAll(async () => {
    served = await startApp({ providers: [Templates] });
  });

  afterAll(() => served.close());

  it('are listed unchanged', async () => {
    const client = await served.client({ over: way });
    const resourceTemplates = await client.listResourceTemplates();
    expect(resourceTemplates).toContainEqual({
      uriTemplate: 'http://localhost:8080/rows/{id}',
      name: 'row',
    });
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain('file:///{+path}');
    const resources = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(['fixed://known']);
  });

  it.each([
    ['one://x/y', { a: 'x', b: 'y' }],
    ['ONE://x/y', { a: 'x', b: 'y' }],
    ['nest://box/7', { box: '7' }],
    ['Nest://box/7/part/8', { box: '7', part: '8' }],
    ['nest://bottle', { rest: 'ttle' }],
    ['nest://b', { path: 'b' }],
    ['nest://box/7/lid', { path: 'box/7/lid' }],
    ['one://a%20b%2Fc/%C3%BC', { a: 'a b/c', b: 'ü' }],
    ['file:///etc/app/config.json', { path: 'etc/app/config.json' }],
    ['search://items', { limit: 10 }],
    ['search://items?q=a%26b', { q: 'a&b', limit: 10 }],
    ['search://items?limit=3&q=x&other=1', { q: 'x', limit: 3 }],
    ['http://localhost:8080/rows/7', { id: 7 }],
    ['dots.and+plus://a.b(c)/1', { id: '1' }],
    ['flags://true/2026-01-01T00:00:00Z', { on: true, when: 1767225600000 }],
    ['lists://x?tags=a&tags=b', { tags: ['a', 'b'] }],
    ['rows://users/7?fields=a&fields=b', { table: 'users', id: '7', fields: ['a', 'b'] }],
    ['undecorated://users', { table: 'users', uri: 'undecorated://users' }],
    ['unused://1/2', { uri: 'unused://1/2' }],
    ['fixed://known', { known: true }],
    ['fixed://other', { id: 'other' }],
    ['exploded://x/a/b', { parts: ['a', 'b'] }],
    ['one://a%2Fb/..c', { a: 'a/b', b: '..c' }],
    ['file:///a/...', { path: 'a/...' }],
    ['file:///a..b/c..', { path: 'a..b/c..' }],
    ['file:///./a', { path: './a' }],
    ['file:///%252e%252e/a', { path: '%2e%2e/a' }],
    ['search://items?q=a..b', { q: 'a..b', limit: 10 }],
    ['anywhere://a/../b', { path: 'a/../b' }],
    ['anywhere://%00', { path: '\0' }],
    ['anyparts://x/a/../b', { parts: ['a', '..', 'b'] }],
    ['forms://1,2/3?f=6&g=7&g=8', { a: '1', b: '2', c: '3', f: '6', g: ['7', '8'] }],
    ['dotted://x.4', { d: '4' }],
    ['dotted://x;e=5', { e: '5' }],
  ])('match %s', async (uri, variables) => {
    expect(await read(uri)).toEqual(variables);
  });

  it.each([
    'one://x',
    'one://x/y/z',
    'http://localhost:9090/rows/7',
    'dotsXand+plus://a.b(c)/1',
    'dots.and+plus://aXb(c)/1',
    'one://%E0%A4%A/y',
    `one://${'x'.repeat(10_000)}/y`,
    'unknown://x',
  ])('do not match %s', async (uri) => {
    await expect(read(uri)).rejects.toMatchObject({ code: -32002 });
  });

  it.each([
    ['one://../y', 'a'],
    ['one://x/%2e%2E', 'b'],
    ['one://x%2F..%2Fz/y', 'a'],
    ['one://..%5Cwindows/y', 'a'],
    ['one://x/a%5C..', 'b'],
    ['one://x/a\\..\\b', 'b'],
    ['one://x%00/y', 'a'],
    ['one://x\u0000/y', 'a'],
    ['file:///../../etc/passwd', 'path'],
    ['file:///a/%2e%2e/b', 'path'],
    ['file:///a%2f%2e%2e%2fb', 'path'],
    ['search://items?q=..', 'q'],
    ['search://items?q=a%2F..%2Fb', 'q'],
    ['search://items?q=a%00', 'q'],
    ['lists://x?tags=a&tags=..%2Fb', 'tags'],
    ['exploded://x/a/../b', 'parts'],
    ['exploded://x/a/%2e%2e', 'parts'],
    ['exploded://x/a%5C..%5Cb', 'parts'],
    ['unused://../y', 'a'],
    ['forms://1,..', 'b'],
    ['forms://1,2/..', 'c'],
    ['dotted://x.%2e%2e', 'd'],
    ['dotted://x;e=..', 'e'],
    ['forms://1,2?g=a&g=..', 'g'],
    ['fragment://x#../a', 'part'],
  ])('refuse %j, which leads out of its directory, and name the variable', async (uri, name) => {
    const expected = { code: -32602, message: expect.stringContaining(`'${name}'`) };
    await expect(read(uri)).rejects.toMatchObject(expected);
    const client = await served.client({ over: way });
    await expect(client.subscribe(uri)).rejects.toMatchObject(expected);
  });

  it('refuse a variable of the wrong type, and name it', async () => {
    await expect(read('http://localhost:8080/rows/seven')).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/id: must be number.*"seven"/),
    });
  });
});

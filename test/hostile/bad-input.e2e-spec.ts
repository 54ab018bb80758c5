import {
  call,
  eventsOf,
  initialize,
  nextEvent,
  openSession,
  post,
  postAtOnce,
  postChunks,
} from '../../libs/mcp/test/wire.js';
import { adapters, stopAll } from '../support/start-app.js';
import { secret, start, type HostileApp } from './hostile.app.js';

interface Answer {
  id?: unknown;
  error?: { code: number; message: string };
  result?: { isError?: boolean; content: { text: string }[] };
}

/** A way to post one message, and to read what was answered. */
interface Way {
  readonly url: string;
  readonly headers: Record<string, string>;
  /** The answer to a request that was taken on. */
  answer(response: Response): Promise<Answer>;
  close(): Promise<void>;
}

/** The body after its headers, or in one piece with them. */
const senders = { later: post, 'at once': postAtOnce };

const json = async (response: Response): Promise<Answer> => (await response.json()) as Answer;

const ways: Record<string, (app: HostileApp) => Promise<Way>> = {
  'Streamable HTTP': async ({ url }) => ({
    url: `${url}/mcp`,
    headers: await openSession(`${url}/mcp`),
    answer: json,
    close: () => Promise.resolve(),
  }),
  'Streamable HTTP without sessions': ({ url }) =>
    Promise.resolve({
      url: `${url}/stateless`,
      headers: {},
      answer: json,
      close: () => Promise.resolve(),
    }),
  'HTTP+SSE': async ({ url }) => {
    const stream = new AbortController();
    const events = eventsOf(await fetch(`${url}/sse`, { signal: stream.signal }));
    const endpoint = await nextEvent(events);
    const way: Way = {
      url: url + endpoint.data,
      headers: {},
      answer: async () => JSON.parse((await nextEvent(events)).data ?? '') as Answer,
      close: async () => stream.abort(),
    };
    await way.answer(await post(way.url, initialize('2024-11-05')));
    return way;
  },
};

describe.each(adapters)('bad input on %s', (adapter) => {
  let app: HostileApp;

  beforeAll(async () => {
    app = await start({}, adapter);
  });
  afterAll(stopAll);

  describe.each(
    Object.keys(ways).flatMap((name) =>
      Object.entries(senders).map(([when, sender]) => [name, when, sender] as const),
    ),
  )('over %s, bodies sent %s', (name, _when, sender) => {
    let way: Way;
    const send = (body: unknown, headers: Record<string, string> = {}) =>
      sender(way.url, body, { ...way.headers, ...headers });
    const ask = async (body: unknown) => way.answer(await send(body));

    beforeAll(async () => {
      way = await ways[name]!(app);
    });
    // The next one is served as if nothing had happened.
    afterEach(async () => {
      const { result } = await ask(call('alive', 'echo', { arguments: { message: 'alive' } }));
      expect(result?.content[0]?.text).toBe('alive');
    });
    afterAll(() => way.close());

    it.each([
      ['id', null, { ...call('漢'.repeat(342), 'echo') }],
      ['progressToken', 7, call(7, 'echo', { _meta: { progressToken: 'x'.repeat(1_025) } })],
    ])('refuses a %s of more than 1 kB, and does not repeat it', async (what, id, body) => {
      const response = await send(body);
      expect(response.status).toBe(400);
      const { error, ...rest } = (await response.json()) as Answer;
      expect(rest.id).toBe(id);
      expect(error).toEqual({ code: -32602, message: `${what} is longer than 1024 bytes` });
      const longest = call('x'.repeat(1_024), 'echo', { arguments: { message: 'served' } });
      expect(JSON.stringify(await ask(longest))).toContain('served');
    });

    it('answers malformed JSON with 400 and a parse error without id', async () => {
      const response = await send('{"jsonrpc": "2.0", ');
      expect(response.status).toBe(400);
      expect(await json(response)).toMatchObject({ id: null, error: { code: -32700 } });
    });

    it.each(['', 'null', '7', '"text"', '[]', '{}', '{"jsonrpc":"1.0","id":1,"method":"ping"}'])(
      'answers %s, which is no message, with 400',
      async (body) => {
        const response = await send(body);
        expect(response.status).toBe(400);
        expect((await json(response)).error?.code).toBeLessThan(0);
      },
    );

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
      'answers the content type "%s" with 415',
      async (type) => {
        expect((await send(call(1, 'echo'), { 'content-type': type })).status).toBe(415);
      },
    );

    it('answers a compressed body with 415', async () => {
      expect((await send(call(1, 'echo'), { 'content-encoding': 'gzip' })).status).toBe(415);
    });

    it('answers a body of 5 MB with 413', async () => {
      const message = 'x'.repeat(5_000_000);
      const response = await send(call(1, 'echo', { arguments: { message } }));
      expect(response.status).toBe(413);
    });

    it('reads characters that are split over two chunks', async () => {
      const message = 'naïve 🦊 日本';
      const body = Buffer.from(JSON.stringify(call('split', 'echo', { arguments: { message } })));
      const middle = body.indexOf(Buffer.from('🦊')) + 2;
      const parts = [body.subarray(0, middle), body.subarray(middle)];
      const sent = await postChunks(way.url, parts, way.headers);
      const answer =
        sent.status === 202 ? await way.answer(new Response()) : (JSON.parse(sent.body) as Answer);
      expect(answer.result?.content[0]?.text).toBe(message);
    });

    it('answers an unknown method with -32601', async () => {
      expect(await ask({ jsonrpc: '2.0', id: 2, method: 'tools/destroy' })).toMatchObject({
        id: 2,
        error: { code: -32601 },
      });
    });

    it.each(['nothing', '__proto__', 'constructor', 'toString', 'a\nb', ''])(
      'answers the unknown tool %j with -32602',
      async (tool) => {
        expect((await ask(call(3, tool))).error).toMatchObject({ code: -32602 });
      },
    );

    it.each([undefined, null, 7, [], 'text'])(
      'answers the arguments %j with an error',
      async (args) => {
        const { error, result } = await ask(call(4, 'echo', { arguments: args }));
        expect(error !== undefined || result?.isError === true).toBe(true);
      },
    );

    it('keeps every argument away from prototypes', async () => {
      const body =
        '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"keys","arguments":{"value":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"__proto__":{"polluted":1}}}}';
      await ask(body);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });

    it('answers too deeply nested input with 400', async () => {
      const value = '['.repeat(50_000) + ']'.repeat(50_000);
      const response = await send(
        `{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"keys","arguments":{"value":${value}}}}`,
      );
      expect(response.status).toBe(400);
    });

    it('accepts an array of half a million elements', async () => {
      const value = Array.from({ length: 500_000 }, () => 0);
      expect((await ask(call(7, 'keys', { arguments: { value } }))).error).toBeUndefined();
    });

    it('hides the details of an unexpected error', async () => {
      const text = JSON.stringify(await ask(call(8, 'fail')));
      expect(text).toMatch(/Internal error \([0-9a-f]{8}\)/);
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/\.ts|at \w+|ECONNREFUSED/);
    });

    it('ends a call at its time limit', async () => {
      expect((await ask(call(9, 'never'))).error?.message).toContain('timed out after 20 ms');
    });

    it('matches a hostile URI in bounded time', async () => {
      const before = process.cpuUsage();
      for (const uri of hostileUris) {
        await ask({ jsonrpc: '2.0', id: uri.length, method: 'resources/read', params: { uri } });
      }
      // CPU time, not the clock: the machine may be busy with something else.
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1_000).toBeLessThan(3_000);
    });
  });

  it.each(['__proto__', 'constructor', 'toString', '..%2f', 'x'.repeat(4_000)])(
    'answers the session %s with 404',
    async (id) => {
      const headers = { 'mcp-session-id': id };
      expect((await post(`${app.url}/mcp`, call(1, 'echo'), headers)).status).toBe(404);
      expect((await fetch(`${app.url}/mcp`, { method: 'DELETE', headers })).status).toBe(404);
      expect(
        (await fetch(`${app.url}/mcp`, { headers: { ...headers, accept: 'text/event-stream' } }))
          .status,
      ).toBe(404);
      expect(
        (await post(`${app.url}/messages?sessionId=${encodeURIComponent(id)}`, call(1, 'echo')))
          .status,
      ).toBe(404);
    },
  );

  it('answers a request without a session with 400', async () => {
    expect((await post(`${app.url}/mcp`, call(1, 'echo'))).status).toBe(400);
    expect((await post(`${app.url}/messages`, call(1, 'echo'))).status).toBe(400);
  });

  it('answers unsupported methods with 404 or 405', async () => {
    for (const method of ['PUT', 'PATCH']) {
      for (const path of ['mcp', 'sse', 'messages', 'stateless']) {
        expect([404, 405]).toContain((await fetch(`${app.url}/${path}`, { method })).status);
      }
    }
    const get = await fetch(`${app.url}/stateless`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

const hostileUris = [
  'file:///' + 'a'.repeat(8_000),
  'file:///' + '%'.repeat(8_000),
  'file:///' + '/'.repeat(8_000),
  'tree://' + 'a/'.repeat(4_000),
  'tree://a/b' + '/c'.repeat(4_000) + '\n',
  'tree://a/b?' + 'q=1&'.repeat(2_000),
  'tree://' + '\u{1f98a}'.repeat(4_000),
  'x'.repeat(1_000_000),
  ':'.repeat(100_000),
];

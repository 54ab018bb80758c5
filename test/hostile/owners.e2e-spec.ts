import { createHash } from 'node:crypto';
import { staticTokens } from 'nestjs-mcp';
import { call, eventsOf, nextEvent, openSession, post } from '../../libs/mcp/test/wire.js';
import { adapters, stopAll } from '../support/start-app.js';
import { secret, start, type HostileApp } from './hostile.app.js';

const tokens = { alice: 'alice-token-5f2c', bob: 'bob-token-91aa', bare: 'bare-token-77de' };
const verifier = staticTokens({
  alice: { token: tokens.alice, scopes: [] },
  bob: { token: tokens.bob, scopes: [] },
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Whatever the process prints while the work is done. */
async function printedDuring(work: () => Promise<void>): Promise<string> {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write.bind(stream));
  let printed = '';
  for (const stream of streams) {
    stream.write = (chunk: Uint8Array | string): boolean => {
      printed += Buffer.from(chunk as string).toString();
      return true;
    };
  }
  try {
    await work();
  } finally {
    streams.forEach((stream, index) => (stream.write = writes[index] as typeof stream.write));
  }
  return printed;
}

describe.each(adapters)('A session and its owner, on %s', (adapter) => {
  let app: HostileApp;

  beforeEach(async () => {
    app = await start({ auth: { verifier, optional: true } }, adapter);
  });
  afterEach(stopAll);

  it.each([
    ['another user', bearer(tokens.bob)],
    ['an anonymous caller', {}],
  ])('answers %s with 404 for every HTTP method of Streamable HTTP', async (_who, others) => {
    const url = `${app.url}/mcp`;
    const own = await openSession(url, '2025-11-25', bearer(tokens.alice));
    const { authorization: _own, ...session } = own;
    const stolen = { ...session, ...others };
    expect((await post(url, call(1, 'echo'), stolen)).status).toBe(404);
    expect((await fetch(url, { method: 'DELETE', headers: stolen })).status).toBe(404);
    const accept = { accept: 'text/event-stream', 'last-event-id': '1' };
    expect((await fetch(url, { headers: { ...stolen, ...accept } })).status).toBe(404);
    const answer = await post(url, call(1, 'echo', { arguments: { message: 'mine' } }), own);
    expect(await answer.text()).toContain('mine');
  });

  it('answers another user with 404 over HTTP+SSE', async () => {
    const stream = new AbortController();
    const headers = bearer(tokens.alice);
    const events = eventsOf(await fetch(`${app.url}/sse`, { headers, signal: stream.signal }));
    const url = app.url + (await nextEvent(events)).data;
    for (const others of [bearer(tokens.bob), {}]) {
      expect((await post(url, call(1, 'echo'), others)).status).toBe(404);
    }
    expect((await post(url, call(1, 'echo'), headers)).status).toBe(202);
    stream.abort();
  });

  it('answers a wrong token with 401, whoever owns the session', async () => {
    const url = `${app.url}/mcp`;
    const own = await openSession(url, '2025-11-25', bearer(tokens.alice));
    const response = await post(url, call(1, 'echo'), { ...own, ...bearer('wrong') });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});

describe.each(adapters)('tokens on %s', (adapter) => {
  afterEach(stopAll);

  it('count only in the Authorization header', async () => {
    const { url } = await start({ auth: { verifier } }, adapter);
    for (const path of ['mcp', 'stateless', 'messages', 'sse']) {
      const query = `access_token=${tokens.alice}&token=${tokens.alice}&authorization=Bearer%20${tokens.alice}`;
      const init = path === 'sse' ? {} : { method: 'POST', body: `access_token=${tokens.alice}` };
      const response = await fetch(`${url}/${path}?${query}`, init);
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.text()).not.toContain(tokens.alice);
    }
  });

  it('are in no log line, no output and no error', async () => {
    let answers = '';
    let lines: string[] = [];
    const printed = await printedDuring(async () => {
      const { url, log } = await start(
        {
          auth: {
            verifier: {
              verify: async (token, request) => {
                if (token === 'broken') throw new Error('the directory is down');
                return verifier.verify(token, request);
              },
            },
          },
        },
        adapter,
      );
      const wrong = ['not-a-token-a1b2', 'broken', `${tokens.alice}x`];
      for (const token of [tokens.alice, ...wrong]) {
        for (const path of ['mcp', 'stateless', 'messages?sessionId=1']) {
          for (const body of [
            call(1, 'echo', { arguments: { message: 1 } }),
            call(2, 'fail'),
            '{',
          ]) {
            const response = await post(`${url}/${path}`, body, bearer(token));
            answers += `${JSON.stringify([...response.headers])}${await response.text()}`;
          }
        }
      }
      lines = log.lines;
    });
    expect(lines.join('\n')).toContain('the directory is down');
    const all = printed + answers + lines.join('\n');
    for (const token of Object.values(tokens)) {
      expect(all).not.toContain(token);
      expect(all).not.toContain(createHash('sha256').update(token).digest('hex'));
    }
    expect(all).not.toContain('not-a-token-a1b2');
    expect(answers).not.toContain(secret);
    expect(answers).not.toContain('the directory is down');
  });

  it('are refused without a log line if they are malformed', async () => {
    const { url } = await start({ auth: { verifier } }, adapter);
    const values = [
      'Bearer',
      'Bearer ',
      'bearer',
      'Basic YTpi',
      `Bearer ${tokens.alice} x`,
      `Bearer "${tokens.alice}"`,
      'Bearer '.repeat(500),
      `Bearer${tokens.alice}`,
    ];
    for (const authorization of values) {
      expect((await post(`${url}/mcp`, call(1, 'echo'), { authorization })).status).toBe(401);
    }
  });
});

describe.each(adapters)('the log on %s', (adapter) => {
  afterEach(stopAll);

  it('keeps every entry on one line, whatever names a client sends', async () => {
    const { url, log } = await start({}, adapter);
    const forged = 'x\r\n[Nest] 1 - LOG [Forged] all is well\u001b[31m\u2028';
    await post(`${url}/stateless`, call(1, forged));
    await post(`${url}/stateless`, call(forged, 'fail'));
    await post(`${url}/stateless`, { jsonrpc: '2.0', id: 1, method: forged });
    await post(`${url}/stateless`, {
      jsonrpc: '2.0',
      id: 1,
      method: 'resources/read',
      params: { uri: forged },
    });
    await post(`${url}/stateless`, `{"${forged}`);
    await post(`${url}/mcp`, {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: forged,
        capabilities: {},
        clientInfo: { name: forged, version: forged },
      },
    });
    const forgedLines = log.lines.filter((line) => line.includes('Forged'));
    for (const control of ['\r', '\n', '\u2028', '\u001b']) {
      expect(forgedLines.filter((line) => line.includes(control))).toEqual([]);
    }
  });
});

import { Injectable } from '@nestjs/common';
import {
  McpContext,
  McpResource,
  McpTool,
  type McpAuthOptions,
  type McpServerRef,
} from 'nestjs-mcp';
import { eventsOf, nextEvent, type WireEvent } from '../../libs/mcp/test/wire.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { bearer, openSession, postMessage } from './requests.js';

const scopesOf: Record<string, string[]> = {
  strong: ['read', 'secrets'],
  'strong-again': ['secrets', 'read'],
  weak: ['read'],
  all: ['*'],
  root: ['root'],
  tied: ['read', 'secrets', 'read-only'],
};

/** `root` includes every scope; `read-only` takes away what a token has beyond reading. */
const scopeSatisfies: McpAuthOptions['scopeSatisfies'] = (required, granted) =>
  (granted.includes(required) || granted.includes('root')) &&
  (required === 'read' || !granted.includes('read-only'));

@Injectable()
class Vault {
  @McpResource('vault://public')
  open() {
    return 'open';
  }

  @McpResource('vault://secret', { scopes: ['secrets'] })
  secret() {
    return 'secret';
  }

  @McpResource('vault://hidden', { visibility: seesSecrets })
  hidden() {
    return 'hidden';
  }

  @McpResource('vault://{+path}')
  anything() {
    return 'anything';
  }

  release: (() => void) | undefined;

  @McpTool({ scopes: ['secrets'] })
  async reveal(context: McpContext) {
    await context.progress(1);
    await new Promise<void>((resolve) => (this.release = resolve));
    return 'the secret';
  }
}

function seesSecrets(context: { switchToHttp(): { getRequest(): { user?: unknown } } }) {
  const { user } = context.switchToHttp().getRequest();
  return (user as { token?: string } | undefined)?.token !== 'weak';
}

let app: StartedApp;
let server: McpServerRef;

async function start(rules: Partial<McpAuthOptions> = {}): Promise<void> {
  const verify = (token: string) =>
    Promise.resolve(
      scopesOf[token] ? { subject: 'anna', scopes: scopesOf[token], user: { token } } : null,
    );
  const auth = { verifier: { verify }, ...rules };
  app = await startApp({
    mcp: { name: 'shop', version: '1', auth },
    providers: [Vault],
  });
  server = app.app.get<McpServerRef>('nestjs-mcp:server');
}

type Headers = Record<string, string>;

async function listen(session: Headers, token: string, lastEventId?: string) {
  const leaving = new AbortController();
  const open = () =>
    fetch(`${app.url}/mcp`, {
      headers: {
        ...session,
        ...bearer(token),
        accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      signal: leaving.signal,
    });
  let response = await open();
  // The server may not have noticed yet that the listener before has left.
  while (response.status === 409) {
    await response.text();
    response = await open();
  }
  const events = eventsOf(response);
  return {
    response,
    next: () => nextEvent(events),
    leave: async () => {
      leaving.abort();
      await events.next().catch(() => undefined);
    },
  };
}

const subscribe = async (session: Headers, uri: string, token = 'strong') => {
  const message = { id: uri, method: 'resources/subscribe', params: { uri } };
  const response = await postMessage(app.url, message, { ...session, ...bearer(token) });
  return (await response.json()) as { result?: object; error?: { code: number } };
};

const uriOf = ({ data = '' }: WireEvent) =>
  (JSON.parse(data) as { params: { uri: string } }).params.uri;

/** Which of these changes the stream tells of: the last of them must be one that it does. */
async function told(next: () => Promise<WireEvent>, uris: string[]): Promise<string[]> {
  const heard: string[] = [];
  for (const uri of uris) {
    server.notifyResourceUpdated(uri);
    // Checks of visibility take turns of their own: the news of one resource do not overtake those of another.
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (heard.at(-1) !== uris.at(-1)) heard.push(uriOf(await next()));
  return heard;
}

/** Calls a tool that needs the scope `secrets`, and leaves after its first message; gives the id of the first event. */
async function callAndLeave(session: Headers): Promise<string> {
  const leaving = new AbortController();
  const response = await fetch(`${app.url}/mcp`, {
    method: 'POST',
    headers: {
      ...session,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'reveal', _meta: { progressToken: 1 } },
    }),
    signal: leaving.signal,
  });
  const events = eventsOf(response);
  const { id = '' } = await nextEvent(events);
  await nextEvent(events);
  leaving.abort();
  await events.next().catch(() => undefined);
  return id;
}

describe('a weaker token of the same subject on one session', () => {
  beforeAll(() => start());
  afterAll(() => app.close());

  const uris = ['vault://secret', 'vault://hidden', 'vault://public'];

  const openSubscribed = async () => {
    const session = await openSession(app.url, bearer('strong'));
    for (const uri of uris) expect(await subscribe(session, uri)).toHaveProperty('result');
    return session;
  };

  it('receives no notification of resources that it may not see, even if a stronger one subscribed to them', async () => {
    const session = await openSubscribed();
    const weak = await listen(session, 'weak');
    await weak.next();
    expect(await told(weak.next, uris)).toEqual(['vault://public']);
    await weak.leave();
    const strong = await listen(session, 'strong');
    await strong.next();
    expect(await told(strong.next, uris)).toEqual(uris);
    await strong.leave();
  });

  it('does not replace the subscription of a stronger one by its own', async () => {
    const session = await openSubscribed();
    await subscribe(session, 'vault://public', 'weak');
    const strong = await listen(session, 'strong');
    await strong.next();
    expect(await told(strong.next, uris)).toEqual(uris);
    await strong.leave();
  });

  it('receives nothing that was stored for a stronger one, neither by an event id nor on a new stream', async () => {
    const session = await openSubscribed();
    const strong = await listen(session, 'strong');
    const { id: priming } = await strong.next();
    await strong.leave();
    server.notifyResourceUpdated('vault://secret');
    const refused = await listen(session, 'weak', priming);
    expect(refused.response.status).toBe(400);

    const weak = await listen(session, 'weak');
    const own = await weak.next();
    expect(await told(weak.next, ['vault://public'])).toEqual(['vault://public']);
    await weak.leave();
    // The stream is the weaker caller's own now, and what was kept for the stronger one is no part of it.
    expect((await listen(session, 'weak', priming)).response.status).toBe(400);
    const again = await listen(session, 'weak', own.id);
    expect(uriOf(await again.next())).toBe('vault://public');
    await again.leave();
  });

  it('loses its stream to a stronger one, and receives nothing that follows', async () => {
    const session = await openSubscribed();
    const weak = await listen(session, 'weak');
    const { id: priming } = await weak.next();
    await weak.leave();
    const strong = await listen(session, 'strong', priming);
    expect(await told(strong.next, uris)).toEqual(uris);
    await strong.leave();
    expect((await listen(session, 'weak', priming)).response.status).toBe(400);
    const all = await listen(session, 'all', priming);
    expect(uriOf(await all.next())).toBe('vault://secret');
    await all.leave();
  });

  it('cannot replay a call of a stronger one, neither while it runs nor afterwards', async () => {
    const session = await openSession(app.url, bearer('strong'));
    const id = await callAndLeave(session);
    const refused = await listen(session, 'weak', id);
    expect(refused.response.status).toBe(400);
    expect(await refused.response.text()).toContain('Unknown event id');

    const same = await listen(session, 'strong-again', id);
    await same.next();
    app.app.get(Vault).release?.();
    expect((await same.next()).data).toContain('the secret');
    await expect(same.next()).rejects.toThrow('The stream is over');
    expect((await listen(session, 'weak', id)).response.status).toBe(400);
    for (const token of ['strong', 'all']) {
      const after = await listen(session, token, id);
      await after.next();
      expect((await after.next()).data).toContain('the secret');
      await expect(after.next()).rejects.toThrow('The stream is over');
    }
  });
});

describe('a token whose scopes the server compares by a rule of its own', () => {
  beforeAll(() => start({ scopeSatisfies }));
  afterAll(() => app.close());

  it('resumes the call of a token whose scopes it includes by another name', async () => {
    const session = await openSession(app.url, bearer('strong'));
    const id = await callAndLeave(session);
    const refused = await listen(session, 'weak', id);
    expect(refused.response.status).toBe(400);
    const root = await listen(session, 'root', id);
    await root.next();
    app.app.get(Vault).release?.();
    expect((await root.next()).data).toContain('the secret');
    await expect(root.next()).rejects.toThrow('The stream is over');
  });

  it.each([
    ['root', 'strong'],
    ['root', 'weak'],
    ['strong', 'tied'],
  ])(
    'resumes neither the call of a stronger one, nor its stream: %s, then %s',
    async (opener, resumer) => {
      const session = await openSession(app.url, bearer(opener));
      const id = await callAndLeave(session);
      expect((await listen(session, resumer, id)).response.status).toBe(400);
      const stream = await listen(session, opener);
      const { id: priming } = await stream.next();
      await stream.leave();
      expect((await listen(session, resumer, priming)).response.status).toBe(400);
      app.app.get(Vault).release?.();
    },
  );
});

describe('a fixed resource that a caller may not see', () => {
  beforeAll(() => start());
  afterAll(() => app.close());

  it('is unknown on subscription, even if a template matches its URI', async () => {
    const session = await openSession(app.url, bearer('weak'));
    expect((await subscribe(session, 'vault://hidden', 'weak')).error?.code).toBe(-32002);
    expect(await subscribe(session, 'vault://other', 'weak')).toHaveProperty('result');
    expect(await subscribe(session, 'vault://hidden', 'strong')).toHaveProperty('result');
  });

  it('is not announced to a client of the modern era', async () => {
    const response = await postMessage(
      app.url,
      {
        id: 1,
        method: 'subscriptions/listen',
        params: {
          notifications: { resourceSubscriptions: ['vault://hidden', 'vault://other'] },
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'hand', version: '1' },
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      },
      {
        ...bearer('weak'),
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'subscriptions/listen',
      },
    );
    const events = eventsOf(response);
    const { data = '' } = await nextEvent(events);
    const { params } = JSON.parse(data) as { params: { notifications: object } };
    expect(params.notifications).toEqual({ resourceSubscriptions: ['vault://other'] });
    await events.return?.(undefined);
  });
});

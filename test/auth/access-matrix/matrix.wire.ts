import { eventsOf, nextEvent, openSession, post } from '../../../libs/mcp/test/wire.js';
import { postModern } from '../../protocol/modern.wire.js';
import { bearer } from '../requests.js';
import { answer, runs } from './matrix.app.js';
import { expectedAtTheDoor, kinds, type Caller, type Kind, type Tasks } from './matrix.rules.js';
import type { Mode, Outcome, TransportName } from './matrix.rules.js';

const handshake = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'wire', version: '1' },
};

type Json = Record<string, unknown>;
type Headers = Record<string, string>;

interface Answer {
  readonly response: Response;
  readonly body: Json;
}

type Ask = (caller: Caller, method: string, params: Json) => Promise<Answer>;

interface Stream {
  readonly messages: string;
  /** The answer to the request with that id, whatever else comes before it. */
  readonly answerTo: (id: unknown) => Promise<Json>;
}

const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

export function headersOf(caller: Caller): Headers {
  return caller === 'anonymous' ? {} : bearer(caller);
}

/** Speaks by hand, for every caller over every transport, to one application. */
export class MatrixWire {
  readonly asks: Record<TransportName, Ask>;
  private readonly sessions = new Map<Caller, Promise<Headers>>();
  private readonly streams = new Map<Caller, Promise<Stream>>();
  private readonly leaving = new AbortController();
  private lastId = 0;

  constructor(
    private readonly url: string,
    private readonly mode: Mode,
  ) {
    this.asks = {
      session: async (caller, method, params) => {
        const { authorization: _, ...session } = await this.session(this.host(caller));
        return this.post('/user/mcp', { method, params }, { ...session, ...headersOf(caller) });
      },
      stateless: (caller, method, params) =>
        this.post('/plain/mcp', { method, params }, headersOf(caller)),
      modern: async (caller, method, params) =>
        read(
          await postModern(`${this.url}/user/mcp`, method, params, {
            capabilities: method.startsWith('tasks/') ? capabilities : {},
            headers: {
              ...headersOf(caller),
              ...(typeof params.taskId === 'string' && { 'mcp-name': params.taskId }),
            },
          }),
        ),
      'HTTP+SSE': (caller, method, params) => this.askOverSse(caller, method, params),
    };
  }

  /** The first request of a client: the handshake, or the GET of the stream. */
  async enter(transport: TransportName, caller: Caller): Promise<Response> {
    const headers = headersOf(caller);
    if (transport === 'HTTP+SSE') {
      return fetch(`${this.url}/user/sse`, { headers, signal: this.leaving.signal });
    }
    if (transport === 'modern') {
      return postModern(`${this.url}/user/mcp`, 'server/discover', {}, { headers });
    }
    const path = transport === 'stateless' ? '/plain/mcp' : '/user/mcp';
    const message = { method: 'initialize', params: handshake };
    return (await this.post(path, message, headers)).response;
  }

  /** Begins a task of each kind as `both`, where that is allowed, and waits for its end. */
  async finishedTasks(): Promise<Tasks> {
    const tasks: Partial<Record<Kind, string>> = {};
    for (const kind of kinds) {
      const { result } = await this.askOfTasks('tools/call', { name: kind });
      if (result === undefined) continue;
      tasks[kind] = result.taskId;
      let { status } = result;
      while (status === 'working') {
        const { result: now } = await this.askOfTasks('tasks/get', { taskId: result.taskId });
        ({ status } = now as { status: string });
      }
      expect(status).toBe('completed');
    }
    return tasks;
  }

  /** Subscribes in the modern era to a resource, and leaves when the server has said to what. */
  async listen(caller: Caller, uri: string): Promise<Outcome> {
    const leaving = new AbortController();
    const params = { notifications: { resourceSubscriptions: [uri] } };
    const response = await postModern(`${this.url}/user/mcp`, 'subscriptions/listen', params, {
      headers: headersOf(caller),
      signal: leaving.signal,
    });
    const { status } = response;
    if (status !== 200) return { status, challenge: challengeOf(response), ran: false };
    const { data = '{}' } = await nextEvent(eventsOf(response));
    leaving.abort();
    const { notifications } = (JSON.parse(data) as { params: typeof params }).params;
    return {
      status,
      hears: notifications.resourceSubscriptions?.includes(uri) ?? false,
      ran: false,
    };
  }

  close(): void {
    this.leaving.abort();
  }

  private async askOfTasks(method: string, params: { name: string } | { taskId: string }) {
    const headers = { ...headersOf('both'), 'mcp-name': Object.values(params)[0] as string };
    const asking = postModern(`${this.url}/user/mcp`, method, params, { capabilities, headers });
    const { body } = await read(await asking);
    return body as { result?: { taskId: string; status: string } };
  }

  /** Whose session is used: a refused caller tries that of another. */
  private host(caller: Caller): Caller {
    const isRefused = expectedAtTheDoor({ mode: this.mode, transport: 'session', caller });
    return isRefused ? 'right' : caller;
  }

  private session(caller: Caller): Promise<Headers> {
    const open = () => openSession(`${this.url}/user/mcp`, '2025-11-25', headersOf(caller));
    return once(this.sessions, caller, open);
  }

  private async askOverSse(caller: Caller, method: string, params: Json): Promise<Answer> {
    const stream = await once(this.streams, this.host(caller), () =>
      this.openStream(this.host(caller)),
    );
    this.lastId += 1;
    const message = { jsonrpc: '2.0', id: this.lastId, method, params };
    const response = await post(stream.messages, message, headersOf(caller));
    await response.text();
    if (response.status !== 202) return { response, body: {} };
    return { response, body: await stream.answerTo(message.id) };
  }

  private async openStream(caller: Caller): Promise<Stream> {
    const events = eventsOf(await this.enter('HTTP+SSE', caller));
    const { data = '' } = await nextEvent(events);
    const messages = `${this.url}${data}`;
    const answerTo = async (id: unknown): Promise<Json> => {
      for (;;) {
        const body = JSON.parse((await nextEvent(events)).data ?? '{}') as Json;
        if (body.id === id) return body;
      }
    };
    const headers = headersOf(caller);
    await post(
      messages,
      { jsonrpc: '2.0', id: 'init', method: 'initialize', params: handshake },
      headers,
    );
    await answerTo('init');
    await post(messages, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
    return { messages, answerTo };
  }

  private async post(path: string, message: object, headers: Headers): Promise<Answer> {
    this.lastId += 1;
    const whole = { jsonrpc: '2.0', id: this.lastId, ...message };
    return read(await post(`${this.url}${path}`, whole, headers));
  }
}

function once<T>(known: Map<Caller, Promise<T>>, key: Caller, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

async function read(response: Response): Promise<Answer> {
  return { response, body: (await response.json()) as Json };
}

/** Asks, and says of the answer what the rules say of it. */
export async function outcomeOf(asking: () => Promise<Answer>, list?: string): Promise<Outcome> {
  const before = runs.count;
  const { response, body } = await asking();
  const { result, error } = body as {
    result?: Json & { isError?: boolean; _meta?: Json; content?: { text?: string }[] };
    error?: { code?: number; message?: string; data?: { error?: string; scope?: string } };
  };
  const ran = runs.count > before;
  if (ran && !JSON.stringify(body).includes(answer)) throw new Error('The answer is lost.');
  const { error: lacking, scope = '' } = error?.data ?? {};
  return clean({
    status: response.status,
    challenge: challengeOf(response),
    code: error?.code,
    lacking: lacking === undefined ? undefined : { error: lacking, scope },
    refused: error?.code === -32603 ? error.message : undefined,
    ...(result?.isError === true && {
      isError: result._meta?.['nestjs-mcp/status'] as number,
      refused: result.content?.[0]?.text,
    }),
    ran,
    listed: list === undefined ? undefined : kindsIn(result?.[list]),
  });
}

/** `realm`, `error` and `scope` of the challenge. */
export function challengeOf({ headers }: Response): Outcome['challenge'] {
  const value = headers.get('www-authenticate');
  if (value === null) return undefined;
  const all = Object.fromEntries(
    [...value.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text]),
  ) as Record<string, string>;
  const { realm, error, scope } = all;
  return clean({ realm: realm ?? '', error, scope });
}

/** In alphabetical order: the order of a list is not a rule of access. */
function kindsIn(list: unknown): Kind[] | undefined {
  if (!Array.isArray(list)) return undefined;
  // The spread makes an array of this realm, which compares as equal to others of it.
  const names = [...(list as { name: string }[])].map(({ name }) =>
    name.replace(/^(fixed|each)_/, ''),
  );
  return (names as Kind[]).toSorted();
}

function clean<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

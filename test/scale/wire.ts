import { EventSourceParserStream } from 'eventsource-parser/stream';

type Json = Record<string, unknown>;

/** One event of a stream, with its message. */
export interface WireEvent {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly message: Json;
  readonly data: string;
}

const HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
};

/** The first message of a client, with the id `'init'`. */
export function initialize(protocolVersion = '2025-11-25', capabilities: Json = {}) {
  const clientInfo = { name: 'wire', version: '1' };
  const params = { protocolVersion, capabilities, clientInfo };
  return { jsonrpc: '2.0', id: 'init', method: 'initialize', params };
}

/** A session over Streamable HTTP. The test chooses the application for each request. */
export class WireSession {
  private constructor(
    readonly id: string,
    readonly revision: string,
  ) {}

  /** Opens a session at one application; the client may continue at another. */
  static async open(
    [first, second = first]: readonly (string | undefined)[],
    { revision = '2025-11-25', capabilities = {} }: { revision?: string; capabilities?: Json } = {},
  ): Promise<WireSession> {
    const response = await post(`${first}/mcp`, initialize(revision, capabilities));
    await response.text();
    const session = new WireSession(response.headers.get('mcp-session-id') ?? '', revision);
    await session.post(second, { method: 'notifications/initialized' });
    return session;
  }

  /** Posts a message. */
  post(url: string | undefined, message: Json, headers: Json = {}): Promise<Response> {
    return post(`${url}/mcp`, { jsonrpc: '2.0', ...message }, { ...this.headers, ...headers });
  }

  /** Posts a request, and resolves with its answer in either form. */
  async ask(url: string | undefined, id: string, method: string, params: Json = {}): Promise<Json> {
    const response = await this.post(url, { id, method, params });
    if (response.headers.get('content-type')?.startsWith('application/json') === true) {
      return (await response.json()) as Json;
    }
    for await (const { message } of events(response)) if (message.id === id) return message;
    throw new Error(`${method} was not answered (${response.status})`);
  }

  /** Opens the stream of a GET. */
  get(url: string | undefined, lastEventId?: string): Promise<Response> {
    return fetch(`${url}/mcp`, {
      headers: {
        ...this.headers,
        Accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
      },
    });
  }

  delete(url: string | undefined): Promise<Response> {
    return fetch(`${url}/mcp`, { method: 'DELETE', headers: this.headers });
  }

  private get headers() {
    return { 'Mcp-Session-Id': this.id, 'MCP-Protocol-Version': this.revision };
  }
}

/** Posts JSON. */
export function post(url: string, message: Json, headers: Json = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { ...HEADERS, ...headers } as Record<string, string>,
    body: JSON.stringify(message),
  });
}

/** The events of a stream. */
export async function* events(response: Response): AsyncGenerator<WireEvent> {
  const parsed = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { id, event, data } of parsed as unknown as AsyncIterable<WireEvent>) {
    const message = data.startsWith('{') ? (JSON.parse(data) as Json) : {};
    yield { id, event, data, message };
  }
}

/** The next matching event. */
export async function next(
  stream: AsyncGenerator<WireEvent>,
  test: (event: WireEvent) => boolean,
): Promise<WireEvent> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error('The stream is over.');
    if (test(value)) return value;
  }
}

/** Repeats `test` until it holds; the test's own time limit ends it. */
export async function until(test: () => Promise<boolean>): Promise<void> {
  while (!(await test())) await new Promise((resolve) => setTimeout(resolve, 20));
}

import { hello } from './bench-client.js';
import { TOKEN } from './token.js';

const basics = {
  Accept: 'application/json, text/event-stream',
  'Content-Type': 'application/json',
  Authorization: `Bearer ${TOKEN}`,
};
const REVISION = '2025-11-25';

/** A stream of a call, as it comes. */
export class SpreadStream {
  private text = '';
  private readonly reader: ReadableStreamDefaultReader<string>;

  constructor(
    response: Response,
    readonly requestId: number,
  ) {
    if (response.status !== 200 || !response.body) throw new Error(`HTTP ${response.status}`);
    this.reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Of what was read so far. */
  get lastEventId(): string {
    return [...this.text.matchAll(/^id: ?(.*)$/gm)].at(-1)?.[1] ?? '';
  }

  /** Reads until that text has come. Throws where the stream ends before it. */
  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      if (!(await this.read())) throw new Error(`the stream ended without ${text}: ${this.text}`);
    }
  }

  /** Reads to the end. */
  async end(): Promise<void> {
    while (await this.read()) continue;
  }

  /** What HTTP+SSE says first. */
  get endpoint(): string {
    return /^data: ?(\S+)$/m.exec(this.text)?.[1] ?? '';
  }

  private async read(): Promise<boolean> {
    const { done, value } = await this.reader.read();
    this.text += value ?? '';
    return !done;
  }
}

/** A session whose every message goes to the process that is named. */
export class SpreadSession {
  private lastId = 1;

  private constructor(private readonly id: string) {}

  /** Opens one. Throws where it is refused. */
  static async open(port: number): Promise<SpreadSession> {
    const params = { ...hello, protocolVersion: REVISION };
    const response = await post(port, '/mcp', { id: 1, method: 'initialize', params });
    await response.text();
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    const session = new SpreadSession(response.headers.get('mcp-session-id') ?? '');
    await session.post(port, { method: 'notifications/initialized' });
    return session;
  }

  /** Opens a session over HTTP+SSE; resolves with the path for its messages. */
  static async openSse(port: number): Promise<string> {
    const stream = new SpreadStream(await fetch(urlOf(port, '/sse'), { headers: basics }), 0);
    await stream.until('sessionId=');
    // The process is killed under it.
    stream.end().catch(() => undefined);
    return stream.endpoint;
  }

  /** Posts a ping there; resolves with the status. */
  static async ping(port: number, path: string): Promise<number> {
    const response = await post(port, path, { id: 1, method: 'ping' });
    await response.text();
    return response.status;
  }

  async ask(port: number, method: string, params: object = {}): Promise<string> {
    return (await this.post(port, { id: ++this.lastId, method, params })).text();
  }

  call(port: number, name: string): Promise<string> {
    return this.ask(port, 'tools/call', { name, arguments: {} });
  }

  /** Resolves with the HTTP status of a ping. */
  async status(port: number): Promise<number> {
    const response = await this.post(port, { id: ++this.lastId, method: 'ping' });
    await response.text();
    return response.status;
  }

  async stream(port: number, name: string): Promise<SpreadStream> {
    const id = ++this.lastId;
    const params = { name, arguments: {}, _meta: { progressToken: id } };
    return new SpreadStream(await this.post(port, { id, method: 'tools/call', params }), id);
  }

  async resume(port: number, lastEventId: string): Promise<SpreadStream> {
    const headers = { ...basics, ...this.headers, 'Last-Event-ID': lastEventId };
    return new SpreadStream(await fetch(urlOf(port, '/mcp'), { headers }), 0);
  }

  async cancel(port: number, requestId: number): Promise<void> {
    await this.post(port, { method: 'notifications/cancelled', params: { requestId } });
  }

  async delete(port: number): Promise<void> {
    const headers = { ...basics, ...this.headers };
    await fetch(urlOf(port, '/mcp'), { method: 'DELETE', headers });
  }

  private post(port: number, message: object): Promise<Response> {
    return post(port, '/mcp', message, this.headers);
  }

  private get headers() {
    return { 'Mcp-Session-Id': this.id, 'MCP-Protocol-Version': REVISION };
  }
}

/** Begins a task that ends with its process; `at` reads it at another one. */
export async function openTask(port: number): Promise<{ at(port: number): Promise<string> }> {
  const prefix = 'io.modelcontextprotocol/';
  const ask = async (at: number, method: string, params: object, name: string): Promise<string> => {
    const _meta = {
      [`${prefix}protocolVersion`]: '2026-07-28',
      [`${prefix}clientInfo`]: hello.clientInfo,
      [`${prefix}clientCapabilities`]: { extensions: { [`${prefix}tasks`]: {} } },
    };
    const message = { id: 1, method, params: { ...params, _meta } };
    const headers = {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      'Mcp-Name': name,
    };
    return (await post(at, '/mcp', message, headers)).text();
  };
  const begun = await ask(port, 'tools/call', { name: 'report', arguments: {} }, 'report');
  const taskId = /"taskId":"([^"]+)"/.exec(begun)?.[1];
  if (taskId === undefined) throw new Error(`no task: ${begun}`);
  return { at: (other) => ask(other, 'tasks/get', { taskId }, taskId) };
}

function urlOf(port: number, path: string): string {
  return `http://127.0.0.1:${port}${path}`;
}

function post(
  port: number,
  path: string,
  message: object,
  headers: object = {},
): Promise<Response> {
  return fetch(urlOf(port, path), {
    method: 'POST',
    headers: { ...basics, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { isRequest, type Message, type MessageId } from '../protocol/json-rpc.js';
import { readEvents } from './event-reader.js';
import { toRefusal } from './http-refusal.js';
import type { InProcessHttp } from './in-process-http.js';
import type { Receive, TestWire } from './test-wire.js';

/** The server's HTTP endpoint, and how to send requests to it. */
export interface HttpTarget {
  readonly http: InProcessHttp;
  readonly path: string;
  /** The path that a reverse proxy would remove from the paths in the server's messages. */
  readonly publicPath: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The headers that repeat parts of a message (modern era). */
  readonly headersOf?: (message: Message) => Readonly<Record<string, string>>;
}

/** Streamable HTTP in both eras: each message is a POST, which is answered with JSON or a stream. */
export class StreamableHttpWire implements TestWire {
  readonly cancelsByStream = true;
  private receive: Receive = () => undefined;
  private session: Readonly<Record<string, string>> = {};
  private readonly stop = new AbortController();

  constructor(private readonly target: HttpTarget) {}

  async open(receive: Receive): Promise<void> {
    this.receive = receive;
  }

  async send(message: Message, signal?: AbortSignal): Promise<void> {
    const response = await this.target.http.send({
      method: 'POST',
      path: this.target.path,
      headers: {
        ...this.headers(),
        ...this.target.headersOf?.(message),
        'content-type': 'application/json',
      },
      body: JSON.stringify(message),
      signal: signal ? AbortSignal.any([signal, this.stop.signal]) : this.stop.signal,
    });
    const what = 'method' in message ? message.method : 'An answer';
    if ((response.statusCode ?? 0) >= 400) throw await toRefusal(response, what);
    await this.read(response, isRequest(message) ? message.id : undefined);
  }

  async listen(): Promise<void> {
    if (this.session['mcp-session-id'] === undefined) return;
    const stream = await this.get({});
    if (stream) void this.readStream(stream, undefined);
  }

  async close(): Promise<void> {
    if (this.session['mcp-session-id'] !== undefined) {
      const { http, path } = this.target;
      const ended = http.send({ method: 'DELETE', path, headers: this.headers() });
      // The test must not fail because the server is gone, or does not end its sessions.
      await ended.then(text).catch(() => undefined);
    }
    this.stop.abort();
  }

  private headers(): Record<string, string> {
    return {
      accept: 'application/json, text/event-stream',
      ...this.target.headers,
      ...this.session,
    };
  }

  private async read(response: IncomingMessage, about: MessageId | undefined): Promise<void> {
    const id = response.headers['mcp-session-id'];
    if (typeof id === 'string') this.session = { 'mcp-session-id': id };
    if (response.headers['content-type']?.includes('text/event-stream')) {
      await this.readStream(response, about);
      return;
    }
    const body = await text(response);
    if (body !== '') this.take(body, about);
  }

  private take(data: string, about: MessageId | undefined): boolean {
    const message = JSON.parse(data) as Message;
    if ('result' in message && typeof message.result.protocolVersion === 'string') {
      this.session = { ...this.session, 'mcp-protocol-version': message.result.protocolVersion };
    }
    this.receive(message, about);
    return !('method' in message) && message.id === about;
  }

  /** Reads a stream to its end. A stream that ends before the answer is resumed, as after `closeStream()`. */
  private async readStream(response: IncomingMessage, about: MessageId | undefined): Promise<void> {
    let stream: IncomingMessage | undefined = response;
    let last: string | undefined;
    let isAnswered = false;
    while (stream) {
      // Each stream ends with the event id from which the next one resumes.
      // oxlint-disable-next-line no-await-in-loop
      await readEvents(stream, ({ id, data }) => {
        if (id !== undefined) last = id;
        if (data !== '') isAnswered = this.take(data, about) || isAnswered;
      });
      if (about === undefined || isAnswered || last === undefined) return;
      // oxlint-disable-next-line no-await-in-loop
      stream = await this.get({ 'last-event-id': last });
    }
  }

  /** `undefined` if the server has no such stream, or the client is closed. */
  private async get(headers: Record<string, string>): Promise<IncomingMessage | undefined> {
    if (this.stop.signal.aborted) return undefined;
    const response = await this.target.http.send({
      method: 'GET',
      path: this.target.path,
      headers: { ...this.headers(), accept: 'text/event-stream', ...headers },
      signal: this.stop.signal,
    });
    if (response.statusCode === 200) return response;
    const refusal = await toRefusal(response, 'The stream of the session');
    if (refusal.status === 405) return undefined;
    throw refusal;
  }
}

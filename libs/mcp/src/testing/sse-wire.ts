import { text } from 'node:stream/consumers';
import type { Message } from '../protocol/json-rpc.js';
import { readEvents } from './event-reader.js';
import { toRefusal } from './http-refusal.js';
import type { HttpTarget } from './streamable-http-wire.js';
import type { Receive, TestWire } from './test-wire.js';

/** HTTP+SSE: one stream for all messages of the server, and a POST for each message of the client. */
export class SseWire implements TestWire {
  readonly cancelsByStream = false;
  private endpoint = '';
  private readonly stop = new AbortController();

  constructor(private readonly target: HttpTarget) {}

  async open(receive: Receive): Promise<void> {
    const { http, path, publicPath, headers } = this.target;
    const { signal } = this.stop;
    const stream = await http.send({
      method: 'GET',
      path,
      headers: { accept: 'text/event-stream', ...headers },
      signal,
    });
    if (stream.statusCode !== 200) throw await toRefusal(stream, `GET ${path}`);
    await new Promise<void>((resolve, reject) => {
      readEvents(stream, ({ event, data }) => {
        if (event === 'endpoint') {
          this.endpoint = data.startsWith(`${publicPath}/`) ? data.slice(publicPath.length) : data;
          resolve();
        } else receive(JSON.parse(data) as Message);
      }).catch(reject);
    });
  }

  async send(message: Message): Promise<void> {
    const { http, headers } = this.target;
    const response = await http.send({
      method: 'POST',
      path: this.endpoint,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: this.stop.signal,
    });
    const what = 'method' in message ? message.method : 'An answer';
    if ((response.statusCode ?? 0) >= 400) throw await toRefusal(response, what);
    await text(response);
  }

  async close(): Promise<void> {
    this.stop.abort();
  }
}

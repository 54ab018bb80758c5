import type { FetchLike } from '@modelcontextprotocol/client';
import { createParser } from 'eventsource-parser';
import { record, type WireEntry } from './wire-log.js';

type Exchange = Pick<WireEntry, 'server' | 'era' | 'verb' | 'url' | 'headers'>;

/** A `fetch` that sends the token and writes down every message that goes either way. */
export function createLoggingFetch(
  server: string,
  era: 'legacy' | 'modern',
  token: string,
): FetchLike {
  return async (url, init = {}) => {
    const headers = new Headers(init.headers);
    const exchange: Exchange = {
      server,
      era,
      verb: init.method ?? 'GET',
      url: String(url),
      headers: Object.fromEntries(headers),
    };
    if (token !== '') headers.set('authorization', `Bearer ${token}`);
    if (typeof init.body === 'string') logText('sent', exchange, init.body);
    const response = await fetch(url, { ...init, headers });
    return logResponse(response, exchange);
  };
}

async function logResponse(response: Response, exchange: Exchange): Promise<Response> {
  const { status, body } = response;
  const type = response.headers.get('content-type') ?? '';
  const at = { ...exchange, status };
  if (body !== null && type.startsWith('text/event-stream')) {
    const [own, logged] = body.tee();
    void logEvents(logged, at);
    return copyOf(response, own);
  }
  const text = await response.text();
  if (text !== '' || !response.ok) logText('received', at, text || `HTTP ${status}`);
  return copyOf(response, status === 204 || status === 304 ? null : text);
}

function copyOf(response: Response, body: BodyInit | null): Response {
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

async function logEvents(
  stream: ReadableStream<Uint8Array>,
  at: Exchange & { readonly status: number },
): Promise<void> {
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event !== undefined && event !== 'message') {
        record({ ...at, direction: 'received', message: { event, data } });
      } else if (data !== '') {
        logText('received', at, data);
      }
    },
  });
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } catch {
    // The stream was cut off; whoever reads the other half of it deals with that.
  }
}

function logText(
  direction: WireEntry['direction'],
  at: Exchange & { readonly status?: number },
  text: string,
): void {
  const messages = parse(text);
  for (const message of Array.isArray(messages) ? messages : [messages]) {
    record({ ...at, direction, message });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

import type { FetchLike } from '@modelcontextprotocol/client';
import { createParser } from 'eventsource-parser';
import { toKnownResult } from './task-handle.js';
import { record, type WireEntry } from './wire-log.js';

type Exchange = Pick<WireEntry, 'server' | 'era' | 'verb' | 'url' | 'headers'>;

/** Creates a `fetch` that sends the token and logs every message in both directions. */
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
    return copyOf(response, body.pipeThrough(new TextDecoderStream()).pipeThrough(logEvents(at)));
  }
  const text = await response.text();
  if (text !== '' || !response.ok) logText('received', at, text || `HTTP ${status}`);
  return copyOf(response, status === 204 || status === 304 ? null : toKnownResult(text));
}

function copyOf(response: Response, body: BodyInit | null): Response {
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

/** Passes the events of a stream on, and logs them. */
function logEvents(
  at: Exchange & { readonly status: number },
): TransformStream<string, Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let write: (line: string) => void;
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (event !== undefined && event !== 'message') {
        record({ ...at, direction: 'received', message: { event, data } });
      } else if (data !== '') {
        logText('received', at, data);
      }
      if (id !== undefined) write(`id: ${id}\n`);
      if (event !== undefined) write(`event: ${event}\n`);
      write(`data: ${toKnownResult(data).replaceAll('\n', '\ndata: ')}\n\n`);
    },
    onRetry: (ms) => write(`retry: ${ms}\n`),
  });
  return new TransformStream({
    start: (controller) => {
      write = (line) => controller.enqueue(encoder.encode(line));
    },
    transform: (chunk) => parser.feed(chunk),
  });
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

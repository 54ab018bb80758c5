import { request, type ClientRequest, type IncomingMessage } from 'node:http';

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** Posts a value as JSON, or a string unchanged. */
export function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { ...init, method: 'POST', headers: { ...HEADERS, ...headers }, body: text });
}

export function call(id: string | number, name: string, rest: object = {}): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, ...rest } };
}

export function initialize(protocolVersion: string, capabilities: object = {}): object {
  return {
    jsonrpc: '2.0',
    id: 'init',
    method: 'initialize',
    params: { protocolVersion, capabilities, clientInfo: { name: 'wire', version: '1' } },
  };
}

export const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

/** The error message of a failed promise; `undefined` if it succeeded. */
export function failureOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => String(error),
  );
}

/** Opens a session over Streamable HTTP; returns its headers. */
export async function openSession(
  url: string,
  protocolVersion = '2025-11-25',
  headers: Record<string, string> = {},
): Promise<Record<string, string>> {
  const response = await post(url, initialize(protocolVersion), headers);
  const body = (await response.json()) as { result: { protocolVersion: string } };
  const own = {
    ...headers,
    'mcp-session-id': response.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': body.result.protocolVersion,
  };
  await post(url, INITIALIZED, own);
  return own;
}

export interface WireEvent {
  event?: string;
  id?: string;
  retry?: string;
  data?: string;
  /** The text of a comment. */
  comment?: string;
}

/** Reads the events of a stream; ends with it. */
export async function* eventsOf(response: Response): AsyncGenerator<WireEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      yield toEvent(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

/** The next event of a stream. Fails at its end. */
export async function nextEvent(events: AsyncGenerator<WireEvent>): Promise<WireEvent> {
  const { value, done } = await events.next();
  if (done === true) throw new Error('The stream is over.');
  return value;
}

function toEvent(text: string): WireEvent {
  const event: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    event[line.slice(0, colon) || 'comment'] = line.slice(colon + 1).trim();
  }
  return event;
}

/** A POST whose body is sent in these chunks, each after the one before was sent. */
export function postChunks(
  url: string,
  chunks: readonly Buffer[],
  headers: Record<string, string> = {},
): Promise<WireAnswer> {
  return answerTo(url, headers, (outgoing) => {
    outgoing.setNoDelay(true);
    const write = ([first, ...rest]: readonly Buffer[]): void => {
      if (first === undefined) outgoing.end();
      else outgoing.write(first, () => setImmediate(write, rest));
    };
    write(chunks);
  });
}

/** Posts as `post` does, but in one piece with the headers, as Go's client and many proxies do and `fetch` does not. */
export async function postAtOnce(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await answerTo(url, headers, (outgoing) => outgoing.end(text));
  return new Response(answer.body, answer);
}

/** The answer to a POST, as text. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function answerTo(
  url: string,
  headers: Record<string, string>,
  write: (outgoing: ClientRequest) => void,
): Promise<WireAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers: { ...HEADERS, ...headers } });
    outgoing.once('response', resolve).once('error', reject);
    write(outgoing);
  });
  let body = '';
  response.setEncoding('utf8');
  for await (const chunk of response) body += String(chunk);
  const { statusCode: status = 0 } = response;
  return { status, headers: response.headers as Record<string, string>, body };
}

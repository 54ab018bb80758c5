import type { ServerResponse } from 'node:http';
import { ErrorCode } from '../../errors/protocol.error.js';
import { BackplaneError } from '../../backplane/backplane.error.js';
import { SessionLimitError } from '../../sessions/session-limit.error.js';
import { toErrorAnswer, type MessageId } from '../../protocol/json-rpc.js';
import { brand } from '../../errors/package-brand.js';

/** The error codes that the SDKs send with an HTTP error; only for the legacy revisions. */
export const LegacyCode = { refused: -32000, sessionNotFound: -32001 } as const;

/** A request that a transport answers itself, with an HTTP status and a JSON-RPC error. */
export class HttpRefusal extends Error {
  static {
    brand(this, 'HttpRefusal');
  }

  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly id: MessageId | null = null,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** The session does not exist for this caller: it is unknown, has ended, or belongs to another caller. */
export function sessionNotFound(): HttpRefusal {
  return new HttpRefusal(404, LegacyCode.sessionNotFound, 'Session not found');
}

/** The message requires a session but has no session id. */
export function sessionRequired(): HttpRefusal {
  const text = 'Bad Request: Mcp-Session-Id header is required';
  return new HttpRefusal(400, LegacyCode.refused, text);
}

/** The HTTP method is not supported here; `allow` lists those that are. */
export function methodNotAllowed(allow: string): HttpRefusal {
  return new HttpRefusal(405, LegacyCode.refused, 'Method not allowed.', { Allow: allow });
}

/** The message is invalid. */
export function invalidRequest(message: string, id: MessageId | null = null): HttpRefusal {
  return new HttpRefusal(400, ErrorCode.invalidRequest, `Invalid Request: ${message}`, {}, id);
}

/** The session has reached its limit of calls in flight. */
export function tooManyCalls(limit: number, id: MessageId | null): HttpRefusal {
  const text = `Too many calls in flight (at most ${limit} per session)`;
  return new HttpRefusal(429, LegacyCode.refused, text, {}, id);
}

/** The server accepts no new work; `retryAfter` in seconds. */
export function unavailable(message: string, retryAfter = 5): HttpRefusal {
  const headers = { 'Retry-After': String(retryAfter) };
  return new HttpRefusal(503, LegacyCode.refused, message, headers);
}

/** New work during a shutdown. */
export function shuttingDown(): HttpRefusal {
  return unavailable('The server is shutting down.');
}

/** The session already has a stream that belongs to no call. */
export function secondStream(): HttpRefusal {
  const text = 'Conflict: Only one SSE stream is allowed per session';
  return new HttpRefusal(409, LegacyCode.refused, text);
}

/** The session has no such event, or the event was sent to a caller with scopes that this one lacks. */
export function unknownEvent(): HttpRefusal {
  return new HttpRefusal(400, LegacyCode.refused, 'Bad Request: Unknown event id');
}

/** The refusal for an error; `undefined` if the client may only see `Internal error` and the rest must be logged. */
export function toRefusal(error: unknown): HttpRefusal | undefined {
  if (error instanceof HttpRefusal) return error;
  if (error instanceof SessionLimitError || error instanceof BackplaneError) {
    return unavailable(error.message, error.retryAfter);
  }
  return undefined;
}

/** Writes the refusal, unless a response has begun already. */
export function refuse(res: ServerResponse, refusal: HttpRefusal): void {
  if (res.headersSent || res.destroyed) return;
  const body = JSON.stringify(toErrorAnswer(refusal.id, refusal));
  res.writeHead(refusal.status, {
    ...refusal.headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  res.end(body);
}

/** Writes a status without a body, unless a response has begun already. */
export function answerEmpty(res: ServerResponse, status: number): void {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, { 'Content-Length': 0 });
  res.end();
}

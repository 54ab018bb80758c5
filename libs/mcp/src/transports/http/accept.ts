import type { IncomingMessage } from 'node:http';
import { HttpRefusal, LegacyCode } from './http-refusal.js';

const JSON_TYPES = /(?:^|,)\s*(?:application\/json|application\/\*|\*\/\*)\s*(?:[;,]|$)/i;
const STREAM_TYPES = /(?:^|,)\s*(?:text\/event-stream|text\/\*|\*\/\*)\s*(?:[;,]|$)/i;
const USUAL = 'application/json, text/event-stream';

/**
 * Throws `HttpRefusal` (406) unless the client accepts both JSON and an event stream. A missing `Accept` accepts
 * everything.
 */
export function assertAcceptsBoth({ headers: { accept } }: IncomingMessage): void {
  if (accept === undefined || accept === USUAL) return;
  if (!JSON_TYPES.test(accept) || !STREAM_TYPES.test(accept)) {
    throw notAcceptable('both application/json and text/event-stream');
  }
}

/** Throws `HttpRefusal` (406) unless the client accepts JSON. For routes that never answer with a stream. */
export function assertAcceptsJson({ headers: { accept } }: IncomingMessage): void {
  if (accept === undefined || accept === USUAL) return;
  if (!JSON_TYPES.test(accept)) throw notAcceptable('application/json');
}

/** Throws `HttpRefusal` (406) unless the client accepts an event stream. */
export function assertAcceptsStream({ headers: { accept } }: IncomingMessage): void {
  if (accept !== undefined && !STREAM_TYPES.test(accept)) throw notAcceptable('text/event-stream');
}

function notAcceptable(what: string): HttpRefusal {
  return new HttpRefusal(406, LegacyCode.refused, `Not Acceptable: Client must accept ${what}`);
}

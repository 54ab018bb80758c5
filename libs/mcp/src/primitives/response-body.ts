import { STATUS_CODES } from 'node:http';
import { isErrorList, linesOf } from '../schema/dto/validation-errors.js';

/** The textual form of a response body. */
export interface BodyReading {
  /** Its message, and a line for each property in its `ValidationError`s. */
  readonly message: string;
  /** The body, if it contains more than `message`, `error` and `statusCode`. */
  readonly more?: unknown;
  /** Whether it refuses an input with class-validator's errors. */
  readonly refuses: boolean;
}

/** Reads the response body of an exception or a filter. `fallback` is the message if the body has none. */
export function readBody(body: unknown, fallback: string): BodyReading {
  const lines: string[] = [];
  const rest = withoutErrorLists(body, lines, 0);
  const refuses = lines.length > 0;
  if (!isRecord(rest)) {
    const text = textOf(rest);
    const texts = text === undefined || text === '' ? [] : [text];
    return { message: [...texts, ...lines].join('\n') || fallback, refuses };
  }
  const said = messageOf(rest['message']);
  const message = [...(said === undefined ? [] : [said]), ...lines].join('\n') || fallback;
  return saysMore(rest, said !== undefined || refuses) && toJson(rest) !== undefined
    ? { message, more: rest, refuses }
    : { message, refuses };
}

/** The whole body as text. */
export function bodyText({ message, more }: Pick<BodyReading, 'message' | 'more'>): string {
  const json = more === undefined ? undefined : toJson(more);
  return [message, json].filter((part) => part !== undefined && part !== '').join('\n');
}

/** The text of a status for a response without a body. */
export function statusText(status: number): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const known = new Set(['message', 'error', 'statusCode']);

function saysMore(body: Record<string, unknown>, hasMessage: boolean): boolean {
  return Object.entries(body).some(([key, value]) => {
    if (value === undefined) return false;
    if (!known.has(key)) return true;
    if (key === 'message') return messageOf(value) === undefined;
    // The name of the status beside a message is redundant; other properties are not.
    return key === 'error' && (!hasMessage || typeof value !== 'string');
  });
}

function messageOf(message: unknown): string | undefined {
  if (typeof message === 'string') return message;
  const isText = Array.isArray(message) && message.every((one) => typeof one === 'string');
  return isText && message.length > 0 ? message.join('\n') : undefined;
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  return messageOf(body) ?? toJson(body);
}

function toJson(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    // Cycles and bigints: such a body could not be sent over HTTP either.
    return undefined;
  }
}

/** A body without its lists of `ValidationError`, whose lines are added to `lines`. */
function withoutErrorLists(value: unknown, lines: string[], depth: number): unknown {
  if (isErrorList(value)) {
    lines.push(...linesOf(value));
    return undefined;
  }
  const prototype: unknown = isRecord(value) && Object.getPrototypeOf(value);
  if (depth > 4 || (prototype !== Object.prototype && prototype !== null)) return value;
  return Object.fromEntries(
    Object.entries(value as object).map(([key, item]) => [
      key,
      withoutErrorLists(item, lines, depth + 1),
    ]),
  );
}

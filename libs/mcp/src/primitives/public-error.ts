import { HttpException, type LoggerService } from '@nestjs/common';
import { WrittenAnswer } from '../errors/filter-answer.js';
import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { assertJson } from '../errors/json-check.js';
import { McpException } from '../errors/mcp.exception.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import { maskError } from '../errors/public-error.js';
import { textOf } from '../errors/server.logger.js';
import { keptRefusal } from '../schema/dto/validation-errors.js';
import { bodyText, readBody, statusText, type BodyReading } from './response-body.js';

/** What a client may read of an error. `status` is the HTTP status of an `HttpException`. */
export interface PublicError {
  readonly message: string;
  /** The message and the rest of the body, for those who read only text. */
  readonly text: string;
  readonly status?: number;
  /** JSON-RPC code that the error asks for. */
  readonly code?: number;
  /** What the error gives to programs: the `data` of an `McpException`. */
  readonly data?: unknown;
  /** The body of the response where it holds more than a message. */
  readonly body?: unknown;
}

/**
 * What a client may read of anything thrown: 4xx `HttpException`s, `McpException`s and what a filter wrote speak for themselves,
 * everything else is logged under an id and read as `Internal error (id)`. `signal`: that of the call.
 */
export function toPublicError(
  error: unknown,
  logger: LoggerService,
  where: string,
  signal: AbortSignal,
): PublicError {
  const known = toKnownError(error);
  if (known) return isJson(known.data, logger, where) ? known : { ...known, data: undefined };
  // A handler that stops when its call is over has not failed.
  if (isAbort(error, signal)) return { message: stopped, text: stopped };
  const message = maskError(error, logger, where);
  return { message, text: message };
}

const stopped = 'The call was aborted';

function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error as { name?: unknown } | null)?.name === 'AbortError';
}

/** Whether the `data` of an exception can be sent. What cannot is left out and logged; the message is still meant to be read. */
function isJson(data: unknown, logger: LoggerService, where: string): boolean {
  try {
    assertJson(data);
    return true;
  } catch (error) {
    logger.error(`${where} threw an McpException whose data was not sent: ${textOf(error)}`);
    return false;
  }
}

/** What a filter returned in place of a result that the method declares. */
export function toReturnedError(value: unknown): PublicError {
  return ofBody(readBody(value, ''));
}

/** What an error says for itself; `undefined` for one that no client may read. */
export function toKnownError(error: unknown): PublicError | undefined {
  return refusalOf(error) ?? answerOf(error);
}

/** Whether an error says that the input was refused: by a schema, a DTO's rules or a pipe that validates. */
export function isRefusedInput(error: unknown): boolean {
  return refusalOf(error) !== undefined;
}

function refusalOf(error: unknown): PublicError | undefined {
  const lines = error instanceof InvalidInputException ? error.lines : keptRefusal(error);
  if (!lines) return undefined;
  const status = error instanceof HttpException ? error.getStatus() : 400;
  const message = lines.join('\n');
  return { message, text: message, status, code: ErrorCode.invalidParams };
}

function answerOf(error: unknown): PublicError | undefined {
  if (error instanceof HttpException && error.getStatus() < 500) {
    const status = error.getStatus();
    return { ...ofBody(readBody(error.getResponse(), error.message)), status };
  }
  if (error instanceof WrittenAnswer) {
    const { body, status, cause } = error;
    const code = codeOf(cause);
    return {
      ...ofBody(readBody(body, statusText(status))),
      ...(status >= 400 && { status }),
      ...(code !== undefined && { code }),
    };
  }
  if (error instanceof McpException) {
    const { message, status, code, data } = error;
    return { message, text: message, status, code, data };
  }
  return undefined;
}

/** The JSON-RPC code of an error that a filter has put into other words. */
function codeOf(error: unknown): number | undefined {
  if (error instanceof ProtocolError) return error.code;
  return toKnownError(error)?.code;
}

function ofBody(reading: BodyReading): PublicError {
  const { message, more, refuses } = reading;
  return {
    // A body without a message is the message.
    message: message || bodyText(reading),
    text: bodyText(reading),
    ...(more !== undefined && { body: more }),
    ...(refuses && { code: ErrorCode.invalidParams }),
  };
}

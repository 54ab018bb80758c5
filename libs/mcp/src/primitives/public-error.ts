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

/** The parts of an error that a client may see. `status` is the HTTP status of an `HttpException`. */
export interface PublicError {
  readonly message: string;
  /** The message and the rest of the body as text. */
  readonly text: string;
  readonly status?: number;
  /** The JSON-RPC code of the error. */
  readonly code?: number;
  /** Data for programs: the `data` of an `McpException`. */
  readonly data?: unknown;
  /** The body of the response if it contains more than a message. */
  readonly body?: unknown;
}

/**
 * The parts of any thrown error that a client may see. 4xx `HttpException`s, `McpException`s and results of filters are
 * passed on; everything else is logged under an id and replaced by `Internal error (id)`. `signal`: that of the call.
 */
export function toPublicError(
  error: unknown,
  logger: LoggerService,
  where: string,
  signal: AbortSignal,
): PublicError {
  const known = toKnownError(error);
  if (known) return isJson(known.data, logger, where) ? known : { ...known, data: undefined };
  // A handler that stops when its call is aborted has not failed.
  if (isAbort(error, signal)) return { message: stopped, text: stopped };
  const message = maskError(error, logger, where);
  return { message, text: message };
}

const stopped = 'The call was aborted';

function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error as { name?: unknown } | null)?.name === 'AbortError';
}

/** Whether the `data` of an exception can be sent. Other data is left out and logged; the message is still sent. */
function isJson(data: unknown, logger: LoggerService, where: string): boolean {
  try {
    assertJson(data);
    return true;
  } catch (error) {
    logger.error(`${where} threw an McpException whose data was not sent: ${textOf(error)}`);
    return false;
  }
}

/** The value that a filter returned in place of a declared result, as an error. */
export function toReturnedError(value: unknown): PublicError {
  return ofBody(readBody(value, ''));
}

/** The public parts of a known error; `undefined` for one that no client may see. */
export function toKnownError(error: unknown): PublicError | undefined {
  return refusalOf(error) ?? answerOf(error);
}

/** Whether an error means that the input was refused: by a schema, a DTO's rules or a validating pipe. */
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

/** The JSON-RPC code of an error that a filter has rewritten. */
function codeOf(error: unknown): number | undefined {
  if (error instanceof ProtocolError) return error.code;
  return toKnownError(error)?.code;
}

function ofBody(reading: BodyReading): PublicError {
  const { message, more, refuses } = reading;
  return {
    // A body without a message is used as the message.
    message: message || bodyText(reading),
    text: bodyText(reading),
    ...(more !== undefined && { body: more }),
    ...(refuses && { code: ErrorCode.invalidParams }),
  };
}

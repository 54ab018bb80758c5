import { randomUUID } from 'node:crypto';
import { HttpException, type LoggerService } from '@nestjs/common';
import { InvalidInputException } from './invalid-input.exception.js';
import { McpException } from './mcp.exception.js';
import { assertJson } from './json.check.js';
import { ErrorCode } from './protocol.error.js';
import { textOf } from './server.logger.js';

/** What a client may read of an error. `status` is the HTTP status of an `HttpException`. */
export interface PublicError {
  readonly message: string;
  readonly status?: number;
  /** JSON-RPC code the error asks for. */
  readonly code?: number;
  readonly data?: unknown;
}

/**
 * What a client may read of anything thrown: 4xx `HttpException`s and `McpException`s speak for themselves,
 * everything else is logged under an id and read as `Internal error (id)`.
 */
export function toPublicError(error: unknown, logger: LoggerService, where: string): PublicError {
  if (error instanceof InvalidInputException) {
    return { message: error.message, status: error.getStatus(), code: ErrorCode.invalidParams };
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    return { message: messageOf(error), status: error.getStatus() };
  }
  if (error instanceof McpException) {
    const { message, status, code, data } = error;
    return { message, status, code, data: isJson(data, logger, where) ? data : undefined };
  }
  return { message: maskError(error, logger, where) };
}

/** Logs what no client may read, and gives what it reads instead: `Internal error (id)`, with the id of the log line. */
export function maskError(error: unknown, logger: LoggerService, where: string): string {
  return `Internal error (${logMasked(error, logger, where)})`;
}

/** Logs what no client may read; the id of the log line. */
export function logMasked(error: unknown, logger: LoggerService, where: string): string {
  const id = randomUUID().slice(0, 8);
  logger.error(
    `${where} failed (${id}): ${textOf(error)}`,
    error instanceof Error ? error.stack : undefined,
  );
  return id;
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

/** Pipes put a list of messages into the response; the exception's own message is then only its name. */
function messageOf(exception: HttpException): string {
  const response = exception.getResponse();
  if (typeof response === 'string') return response;
  const message: unknown = (response as { message?: unknown }).message;
  if (typeof message === 'string') return message;
  if (Array.isArray(message)) return message.map(String).join('\n');
  return exception.message;
}

import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { textOf } from './server.logger.js';

/**
 * Logs an error that no client may see, and returns the text for the client: `Internal error (id)`, with the id of the
 * log line.
 */
export function maskError(error: unknown, logger: LoggerService, where: string): string {
  return `Internal error (${logMasked(error, logger, where)})`;
}

/** The id of the log line in a text of `maskError`; `undefined` for any other text. */
export function maskedIdIn(text: string): string | undefined {
  return /^Internal error \(([\da-f]{8})\)/.exec(text)?.[1];
}

/** Logs an error that no client may see, and returns the id of the log line. */
export function logMasked(error: unknown, logger: LoggerService, where: string): string {
  const id = randomUUID().slice(0, 8);
  logger.error(
    `${where} failed (${id}): ${textOf(error)}`,
    error instanceof Error ? error.stack : undefined,
  );
  return id;
}

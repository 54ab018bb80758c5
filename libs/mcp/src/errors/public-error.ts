import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@nestjs/common';
import { textOf } from './server.logger.js';

/** Logs what no client may read, and gives what it reads instead: `Internal error (id)`, with the id of the log line. */
export function maskError(error: unknown, logger: LoggerService, where: string): string {
  return `Internal error (${logMasked(error, logger, where)})`;
}

/** The id of the log line in a text of `maskError`; `undefined` in any other text. */
export function maskedIdIn(text: string): string | undefined {
  return /^Internal error \(([\da-f]{8})\)/.exec(text)?.[1];
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

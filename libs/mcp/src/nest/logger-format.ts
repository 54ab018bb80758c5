import { ConsoleLogger, type LoggerService } from '@nestjs/common';

/** Whether a logger is Nest's own and writes every line as JSON. */
export function writesJson(logger: LoggerService | undefined): boolean {
  if (!(logger instanceof ConsoleLogger)) return false;
  const { options } = logger as unknown as { options?: { json?: boolean } };
  return options?.json === true;
}

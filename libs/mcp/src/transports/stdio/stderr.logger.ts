import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** Nest's own logger, on stderr: with the stdio transport, stdout is reserved for the protocol. */
export class StderrLogger extends ConsoleLogger {
  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
  ): void {
    super.printMessages(messages, context, logLevel, 'stderr');
  }
}

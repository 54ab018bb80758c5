import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** Nest's logger on stderr, for a process whose stdout belongs to a protocol. */
export class StderrLogger extends ConsoleLogger {
  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
  ): void {
    super.printMessages(messages, context, logLevel, 'stderr');
  }
}

import type { LoggerService } from '@nestjs/common';

type Level = 'log' | 'warn' | 'error' | 'debug' | 'verbose';

/** Records what an application logs. */
export class KeptLog implements LoggerService {
  private readonly entries: { level: Level; parts: string[] }[] = [];
  readonly log = this.keeper('log');
  readonly warn = this.keeper('warn');
  readonly error = this.keeper('error');
  readonly debug = this.keeper('debug');
  readonly verbose = this.keeper('verbose');

  /** Complete entries, with their level, stack and context. */
  get lines(): string[] {
    return this.entries.map(({ level, parts }) => [level.toUpperCase(), ...parts].join(' '));
  }

  /** The messages of one level. */
  of(level: Level): string[] {
    return this.entries.filter((one) => one.level === level).map(({ parts: [text = ''] }) => text);
  }

  /** Deletes the recorded entries. */
  clear(): void {
    this.entries.length = 0;
  }

  private keeper(level: Level) {
    return (...parts: unknown[]): void =>
      void this.entries.push({ level, parts: parts.map(String) });
  }
}

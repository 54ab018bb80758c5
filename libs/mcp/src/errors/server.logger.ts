import { Logger, type LoggerService } from '@nestjs/common';

type Write = (...line: unknown[]) => unknown;

/**
 * The log of one server: Nest's `Logger` with the context `Mcp:<server>`, which neither throws nor rejects. What the logger of the
 * application does wrong must neither change an answer nor end the process. The first failure becomes a warning of the process.
 */
export class ServerLogger extends Logger {
  private guarded: { readonly logger: LoggerService; readonly guard: LoggerService } | undefined;
  private hasFailed = false;

  constructor(server: string) {
    super(`Mcp:${server}`);
  }

  /** The logger that Nest writes to at the moment, with every method guarded. */
  override get localInstance(): LoggerService {
    // The logger may be `undefined` (`logger: false`), whatever the published type says.
    const logger = super.localInstance as LoggerService | undefined;
    if (!logger) return super.localInstance;
    if (this.guarded?.logger !== logger) this.guarded = { logger, guard: this.guard(logger) };
    return this.guarded.guard;
  }

  /** The logger that Nest writes to at the moment, as it is; `undefined`: `logger: false`. */
  get inUse(): LoggerService | undefined {
    return super.localInstance;
  }

  private guard(logger: LoggerService): LoggerService {
    return new Proxy(logger, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...line: unknown[]) => this.attempt(() => (member as Write).apply(target, line));
      },
    });
  }

  private attempt(write: () => unknown): void {
    const failed = (error: unknown): void => this.failed(error);
    try {
      const written = write();
      if (isThenable(written)) written.then(undefined, failed);
    } catch (error) {
      failed(error);
    }
  }

  private failed(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    process.emitWarning(`The logger of the application failed: ${textOf(error)}`, {
      code: 'NESTJS_MCP_LOGGER',
    });
  }
}

/** The text of anything thrown, be it without a text: that an error cannot be read must not become another error. */
export function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an error that has no text';
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

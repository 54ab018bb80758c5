import { inspect } from 'node:util';
import { Logger, type LoggerService } from '@nestjs/common';

type Write = (...line: unknown[]) => unknown;

/**
 * The log of one server: Nest's `Logger` with the context `Mcp:<server>`, which neither throws nor rejects. A failure
 * of the application's logger must neither change an answer nor end the process. The first failure is reported as a
 * process warning.
 */
export class ServerLogger extends Logger {
  private guarded: { readonly logger: LoggerService; readonly guard: LoggerService } | undefined;
  private hasFailed = false;

  constructor(server: string) {
    super(`Mcp:${server}`);
  }

  /** Nest's current logger, with every method guarded. */
  override get localInstance(): LoggerService {
    // The logger may be `undefined` (`logger: false`), contrary to the published type.
    const logger = super.localInstance as LoggerService | undefined;
    if (!logger) return super.localInstance;
    if (this.guarded?.logger !== logger) this.guarded = { logger, guard: this.guard(logger) };
    return this.guarded.guard;
  }

  /** Nest's current logger, unguarded; `undefined` with `logger: false`. */
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

/** The text of any thrown value. It never throws, even if the value has no readable text. */
export function textOf(error: unknown): string {
  try {
    if (error instanceof Error) return error.message;
    return hasOwnText(error) ? String(error) : inspect(error, shown);
  } catch {
    return 'an error that has no text';
  }
}

const shown = { depth: 2, maxArrayLength: 20, maxStringLength: 1_000, breakLength: Infinity };

/** Whether `String` says more of a value than `[object Object]`. */
function hasOwnText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const { toString } = value as { toString?: unknown };
  return toString !== undefined && toString !== Object.prototype.toString;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

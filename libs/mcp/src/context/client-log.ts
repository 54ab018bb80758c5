import { logLevels, type McpLogLevel } from '../protocol/log-level.js';
import { letOthersRun } from './event-loop-turn.js';
import type { McpCall } from './mcp-call.js';

/** Speaks to the client's log (`notifications/message`), as far as the client asked to hear. */
export interface McpClientLog {
  /** For whoever looks for a fault. */
  debug(data: unknown, logger?: string): Promise<void>;
  /** How the work goes. */
  info(data: unknown, logger?: string): Promise<void>;
  /** Normal, and worth knowing. */
  notice(data: unknown, logger?: string): Promise<void>;
  /** The work goes on, though not as it should. */
  warning(data: unknown, logger?: string): Promise<void>;
  /** A part of the work has failed. */
  error(data: unknown, logger?: string): Promise<void>;
}

/** The log of the client of that call. */
export function createClientLog(call: McpCall): McpClientLog {
  const at = (level: McpLogLevel) => (data: unknown, logger?: string) =>
    say(call, level, data, logger);
  return {
    debug: at('debug'),
    info: at('info'),
    notice: at('notice'),
    warning: at('warning'),
    error: at('error'),
  };
}

async function say(
  call: McpCall,
  level: McpLogLevel,
  data: unknown,
  logger: string | undefined,
): Promise<void> {
  await letOthersRun();
  const threshold = call.logLevel;
  if (threshold === undefined || logLevels.indexOf(level) < logLevels.indexOf(threshold)) return;
  await call.notify('notifications/message', {
    level,
    data: data === undefined ? null : data,
    ...(logger !== undefined && { logger }),
  });
}

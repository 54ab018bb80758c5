import { logLevels, type McpLogLevel } from '../protocol/log-level.js';
import { letOthersRun } from './event-loop-turn.js';
import type { McpCall } from './mcp-call.js';

/** Sends log messages to the client (`notifications/message`) from the level on that the client has requested. */
export interface McpClientLog {
  /** Details for debugging. */
  debug(data: unknown, logger?: string): Promise<void>;
  /** Progress of the work. */
  info(data: unknown, logger?: string): Promise<void>;
  /** A normal but significant event. */
  notice(data: unknown, logger?: string): Promise<void>;
  /** A problem that does not stop the work. */
  warning(data: unknown, logger?: string): Promise<void>;
  /** A failure of a part of the work. */
  error(data: unknown, logger?: string): Promise<void>;
}

/** Creates the client log of a call. */
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

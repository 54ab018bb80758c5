/** Syslog severities of `notifications/message`, least severe first (RFC 5424). */
export const logLevels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;

/** A severity of `notifications/message`. */
export type McpLogLevel = (typeof logLevels)[number];

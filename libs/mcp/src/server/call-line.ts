import type { McpCallEvent } from '../engine/call-event.js';
import type { FoundTarget } from './target-finder.js';

/** The properties of a call in the log. It contains neither input nor result, nor any text of the client. */
export interface CallLine {
  readonly method: string;
  /** The name of a tool or a prompt, the URI of a resource, as the application declares it. */
  readonly primitive: string;
  /** `Class.method` */
  readonly where: string;
  readonly outcome: McpCallEvent['outcome'];
  readonly durationMs: number;
  readonly subject?: string;
  readonly requestBytes: number;
  readonly resultBytes: number;
  readonly errorId?: string;
  readonly traceId?: string;
}

/** The log entry of a call. */
export function toCallLine(event: McpCallEvent, { key, where }: FoundTarget): CallLine {
  const { method, outcome, durationMs, principal, requestBytes, resultBytes } = event;
  const { errorId, traceId } = event;
  return {
    method,
    primitive: key,
    where,
    outcome,
    durationMs: Number(durationMs.toFixed(1)),
    ...(principal && { subject: principal.subject }),
    requestBytes,
    resultBytes,
    ...(errorId !== undefined && { errorId }),
    ...(traceId !== undefined && { traceId }),
  };
}

/** The log entry as a line of text. */
export function toCallText(line: CallLine): string {
  const { method, primitive, where, outcome, durationMs, subject } = line;
  const { requestBytes, resultBytes, errorId, traceId } = line;
  const parts = [
    `${method} ${primitive} (${where}): ${outcome} after ${durationMs.toFixed(1)} ms`,
    // Quoted, because a subject may contain a line break.
    subject === undefined ? 'anonymous' : `subject ${JSON.stringify(subject)}`,
    `${requestBytes} bytes in`,
    `${resultBytes} bytes out`,
    ...(errorId === undefined ? [] : [`error ${errorId}`]),
    ...(traceId === undefined ? [] : [`trace ${traceId}`]),
  ];
  return parts.join(', ');
}

import type { McpClientInfo } from '../context/mcp-call.js';
import type { McpPrimitiveInfo } from '../context/mcp-context.js';
import { McpException } from '../errors/mcp.exception.js';
import { ErrorCode } from '../errors/protocol.error.js';
import { maskedIdIn } from '../errors/public-error.js';
import type { McpObserveOptions } from '../primitives/observe-options.js';
import { isRefusedInput, toKnownError } from '../primitives/public-error.js';
import type { McpEra } from '../protocol/era.js';
import { traceIdOf } from '../protocol/trace-context.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { CallEnd, ObservedCall } from './call-observer.js';

/**
 * How a call ended. `tool_error`: the tool answered with `isError`. `invalid`: the request or its input was refused as
 * wrong. `refused`: the caller lacks the permission or has reached a limit. `error`: an exception that is hidden from
 * the client, or a timeout. `cancelled`: the client cancelled the call or disconnected.
 */
export type McpCallOutcome = 'ok' | 'tool_error' | 'invalid' | 'refused' | 'error' | 'cancelled';

/** The event that an observer receives after a request of a client. */
export interface McpCallEvent {
  /** The name of the server. */
  readonly server: string;
  /** The method of the request: `tools/call`, `resources/read`, … */
  readonly method: string;
  /** The primitive as the client named it; a resource or skill by its URI. It need not exist. */
  readonly primitive?: McpPrimitiveInfo;
  readonly era: McpEra;
  /** The transport: `'streamable-http'`, `'sse'`, `'stdio'`, `'in-memory'`. */
  readonly over: string;
  readonly principal?: McpAuth;
  /** The client's self-reported name and version. Not verified. */
  readonly client?: McpClientInfo;
  readonly sessionId?: string;
  readonly startedAt: Date;
  /** ms */
  readonly durationMs: number;
  readonly outcome: McpCallOutcome;
  /** The id of the log line with the failure. The client receives the same id: `Internal error (id)`. */
  readonly errorId?: string;
  /** The id of the call's trace: that of the server's `telemetry`, else that of the client's `traceparent`. */
  readonly traceId?: string;
  /** The length of the request as JSON, in bytes. */
  readonly requestBytes: number;
  /** The length of the result or of the error as JSON, in bytes; 0 for a call without an answer. */
  readonly resultBytes: number;
  /** A copy of the input, with `observe: { input: true }`. */
  readonly input?: unknown;
  /** A copy of the result or of the error, with `observe: { result: true }`. */
  readonly result?: unknown;
}

/** A provider that receives an event for every call: an audit trail, a usage counter. */
export interface McpCallObserver {
  /** Runs after the answer was passed to the transport. Errors that it throws are logged and have no other effect. */
  onCall(event: McpCallEvent): void | Promise<void>;
}

/** The kind of primitive and the parameter with its name, by method. */
const named = {
  'tools/call': ['tool', 'name'],
  'prompts/get': ['prompt', 'name'],
  'resources/read': ['resource', 'uri'],
  'skills/get': ['skill', 'uri'],
} as const;

const refusals: ReadonlySet<number | undefined> = new Set([401, 403, 429]);
const invalidRequests: ReadonlySet<number> = new Set([
  ErrorCode.parseError,
  ErrorCode.invalidRequest,
  ErrorCode.methodNotFound,
  ErrorCode.invalidParams,
  ErrorCode.resourceNotFound,
  ErrorCode.missingClientCapability,
  ErrorCode.unsupportedProtocolVersion,
  ErrorCode.headerMismatch,
]);

/** Creates the event of a call that has ended. */
export function toCallEvent(
  server: string,
  call: ObservedCall,
  end: CallEnd,
  observe: McpObserveOptions,
): McpCallEvent {
  const { id, method, params, era, over, auth, client, session } = call;
  const answer = JSON.stringify(end.result ?? end.error) ?? '';
  const maskedId = maskedIdOf(end);
  const errorId = maskedId ?? end.errorId;
  const traceId = end.traceId ?? traceIdOf(call.meta);
  const primitive = primitiveOf(method, params);
  return {
    server,
    method,
    ...(primitive && { primitive }),
    era,
    over,
    ...(auth && { principal: auth }),
    ...(client && { client }),
    ...(session && { sessionId: session.id }),
    startedAt: new Date(Date.now() - end.duration),
    durationMs: end.duration,
    outcome: outcomeOf(end, maskedId),
    ...(errorId !== undefined && { errorId }),
    ...(traceId !== undefined && { traceId }),
    requestBytes: Buffer.byteLength(JSON.stringify({ jsonrpc: '2.0', id, method, params })),
    resultBytes: Buffer.byteLength(answer),
    ...(observe.input && { input: structuredClone(params['arguments'] ?? {}) }),
    ...(observe.result && answer !== '' && { result: JSON.parse(answer) as unknown }),
  };
}

function primitiveOf(method: string, params: ObservedCall['params']): McpPrimitiveInfo | undefined {
  if (!Object.hasOwn(named, method)) return undefined;
  const [kind, key] = named[method as keyof typeof named];
  const name = params[key];
  return typeof name === 'string' ? { kind, name } : undefined;
}

function outcomeOf(
  { result, error, isCancelled, cause, errorId }: CallEnd,
  maskedId: string | undefined,
): McpCallOutcome {
  if (isCancelled) return 'cancelled';
  if (result && (result as { isError?: boolean }).isError !== true) return 'ok';
  if (maskedId !== undefined) return 'error';
  // The tool has run, but its result cannot be sent.
  if (errorId !== undefined) return 'tool_error';
  if (refusals.has(toKnownError(cause)?.status) || isOverLimit(error)) return 'refused';
  if (error) {
    if (refusals.has(error.code)) return 'refused';
    return invalidRequests.has(error.code) ? 'invalid' : 'error';
  }
  return isRefusedInput(cause) ? 'invalid' : 'tool_error';
}

function isOverLimit(error: CallEnd['error']): boolean {
  const data = error?.data;
  return typeof data === 'object' && data !== null && 'retryAfter' in data;
}

function maskedIdOf({ result, error, cause }: CallEnd): string | undefined {
  const { content, isError } = (result ?? {}) as {
    content?: readonly { text?: unknown }[];
    isError?: boolean;
  };
  // A handler's own message may have the same form.
  if (cause instanceof McpException) return undefined;
  const said = error?.message ?? (isError ? content?.[0]?.text : undefined);
  return typeof said === 'string' ? maskedIdIn(said) : undefined;
}

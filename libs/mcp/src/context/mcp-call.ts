import type { McpEra } from '../protocol/era.js';
import type { McpLogLevel } from '../protocol/log-level.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpQuestion } from './mcp-question.js';

/** The client's self-reported name and version. For display only: they are not verified. */
export interface McpClientInfo {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** The session of a call, as a handler may see it. */
export interface McpSessionRef {
  readonly id: string;
}

/** The resources whose changes a session is subscribed to. */
export interface McpSubscriptions {
  /**
   * Adds a subscription. Throws `ProtocolError` if the session has reached its limit. A returned promise resolves when
   * every process knows of the subscription.
   */
  add(uri: string): Promise<void> | undefined;
  delete(uri: string): Promise<void> | undefined;
}

/** A call as its engine sees it: the caller, and the means to send messages to the client while the call runs. */
export interface McpCall {
  readonly era: McpEra;
  readonly protocolVersion: string;
  readonly client?: McpClientInfo;
  readonly session?: McpSessionRef;
  readonly auth?: McpAuth;
  /** The HTTP adapter's request, or an empty object over stdio and in memory. */
  readonly request: object;
  readonly response?: object;
  readonly signal: AbortSignal;
  /** Whether `signal` is aborted. It costs less than `signal`, which is created when it is first read. */
  readonly isAborted: boolean;
  /** The `_meta` of the request, as the client sent it. */
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly progressToken?: string | number;
  /** The lowest log level that the client has requested; `undefined`: no log messages. */
  readonly logLevel?: McpLogLevel;
  /** The name of this call in the server's own log. */
  readonly where: string;
  /** Sends a notification on the stream of this call. Never rejects, even if the client is gone. */
  notify(method: string, params: Record<string, unknown>): Promise<void>;
  /** Applies the time limit of one primitive (ms) instead of the server's. */
  limitTime(timeout: number): void;
  /**
   * Records for observers why a primitive failed, if its answer is a result that does not contain the cause. `errorId`
   * is the id of the log line, if the answer is not `Internal error (id)`.
   */
  failed?(error: unknown, errorId?: string): void;
  closeStream(): void;
  /**
   * Turns the call of a tool into a task: the client is answered with a task handle, and the work goes on. `undefined`
   * if the client does not support tasks. Rejects if there are too many tasks.
   */
  readonly beginTask?: (tool: string) => Promise<void>;
  /** Legacy sessions only. */
  readonly subscriptions?: McpSubscriptions;
  /**
   * Sends a request to the client and resolves with its raw answer. Rejects if the client cannot be asked, and in the
   * modern era if the answer will only be known in another run of the handler.
   */
  ask(question: McpQuestion): Promise<Readonly<Record<string, unknown>>>;
  /** Runs `work` once for the call, however often the handler runs. Its result must be JSON. */
  once<T>(key: string, work: () => T | Promise<T>): Promise<T>;
}

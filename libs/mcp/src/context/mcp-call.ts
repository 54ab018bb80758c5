import type { McpEra } from '../protocol/era.js';
import type { McpLogLevel } from '../protocol/log-level.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpQuestion } from './mcp-question.js';

/** What a client said of itself at `initialize`. For display only: nothing proves it. */
export interface McpClientInfo {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** The session a call belongs to, as a handler may see it. */
export interface McpSessionRef {
  readonly id: string;
}

/** The resources whose changes a session wants to hear of. */
export interface McpSubscriptions {
  /** Throws `ProtocolError` where the session has as many as it may have. A promise resolves when every process knows. */
  add(uri: string): Promise<void> | undefined;
  delete(uri: string): Promise<void> | undefined;
}

/** One call as its engine knows it: who calls, and the ways to speak back while it runs. */
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
  /** What the request carries beside its parameters, as the client sent it. */
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly progressToken?: string | number;
  /** Least severe level that the client wants to hear; `undefined`: none. */
  readonly logLevel?: McpLogLevel;
  /** Name for the server's own log. */
  readonly where: string;
  /** Sends a notification on the stream of this call. Never rejects: a client that is gone hears nothing. */
  notify(method: string, params: Record<string, unknown>): Promise<void>;
  /** Applies the time limit of one primitive (ms) instead of the server's. */
  limitTime(timeout: number): void;
  /**
   * Keeps for observers why a primitive failed, where its answer is a result and does not say so. `errorId`: the id of the log line,
   * where the answer is not `Internal error (id)`.
   */
  failed?(error: unknown, errorId?: string): void;
  closeStream(): void;
  /**
   * Makes a task of the call of a tool: its client is answered with a handle, and the work goes on. Absent where the client does
   * not know tasks. Rejects where there are too many.
   */
  readonly beginTask?: (tool: string) => Promise<void>;
  /** Legacy sessions only. */
  readonly subscriptions?: McpSubscriptions;
  /**
   * Puts a question to the client and resolves with its answer as it came. Rejects where the client cannot be asked, and, in
   * the modern era, where the answer will only be known in another run of the handler.
   */
  ask(question: McpQuestion): Promise<Readonly<Record<string, unknown>>>;
  /** Runs `work` once in the whole life of the call, however often the handler runs. Its result must be JSON. */
  once<T>(key: string, work: () => T | Promise<T>): Promise<T>;
}

import type { IncomingHttpHeaders } from 'node:http';
import type { ControllerOptions, LoggerService, Type } from '@nestjs/common';
import type { McpEra } from '../protocol/era.js';
import type { Message, MessageId, RequestMessage } from '../protocol/json-rpc.js';
import type { EventStore } from '../sessions/event.store.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { OwnerTallies } from '../sessions/owner-tally.js';
import type { CallInFlight } from '../sessions/session-attachments.js';
import type { Session, SessionManager } from '../sessions/session.manager.js';
import type { ArrivingBodies } from './http/arriving-bodies.js';
import type { McpLimits } from './mcp-limits.js';
import type { UnsentBudget } from './unsent-budget.js';

/** The context in which a message was received. */
export interface MessageOrigin {
  /** The transport: `'streamable-http'`, `'sse'`, `'stdio'`, `'in-memory'`. */
  readonly over: string;
  readonly headers: IncomingHttpHeaders;
  /** The HTTP adapter's request (Express's or Fastify's own), or a fresh empty one of its type without HTTP. */
  readonly request: object;
  /** The HTTP adapter's response. Handlers only see a detached one of its type. */
  readonly response?: object;
  /** The caller that sent this very message, not the one that opened the session. */
  readonly auth?: McpAuth;
  /** The session that the message belongs to; `undefined` in the modern era and without sessions. */
  readonly session?: Session;
  readonly era: McpEra;
  /** The revision of a message without a session: from its metadata or its `MCP-Protocol-Version` header. */
  readonly protocolVersion?: string;
  /** Ends the stream of this call early; the client resumes it for the result. */
  readonly closeStream?: () => void;
}

/**
 * The refusal of a message before it reaches the engine: an HTTP status, a JSON-RPC error, and the `WWW-Authenticate`
 * value.
 */
export interface PreflightRefusal {
  readonly status: 401 | 403;
  readonly code: number;
  readonly message: string;
  readonly challenge: string;
}

/** The origin of a request that never becomes a call. */
export type RefusedOrigin = Omit<MessageOrigin, 'headers' | 'closeStream' | 'response'>;

/** Checks a request before dispatch; `undefined` accepts it. */
export type Preflight = (
  message: Message,
  asking: RefusedOrigin & { readonly response: object },
) => Promise<PreflightRefusal | undefined> | undefined;

/** Reports a request that is refused before it becomes a call, with the HTTP status and the error of its answer. */
export type ReportRefused = (
  message: RequestMessage,
  asking: RefusedOrigin,
  refusal: {
    readonly status: number;
    readonly code: number;
    readonly message: string;
    readonly data?: unknown;
  },
) => void;

/** An input of a tool that requests repeat in the header `Mcp-Param-{name}` (specification, "x-mcp-header"). */
export interface HeaderParam {
  readonly header: string;
  /** The path of keys to the value in `arguments`. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

/** Receives the messages that the engine sends for the requests of one origin. */
export interface Reply {
  /**
   * Sends a notification of a call, or a request to its client. A returned promise resolves when the client is ready
   * for more, and rejects if a request cannot reach the client.
   */
  send(message: Message): Promise<void> | undefined;
  /**
   * Sends the answer to the request with that id; no message for it follows. `undefined` means no answer, because the
   * request was cancelled. `early` means that it was refused before anything ran, which HTTP transports also express by
   * the status.
   */
  answer(id: MessageId, message: Message | undefined, early: boolean): void;
}

/**
 * The functions and settings of one server that a transport receives. It has access to neither the registry nor the
 * container.
 */
export interface TransportHost {
  /** The server's name. */
  readonly name: string;
  readonly sessions: SessionManager;
  /** Stores the events of streams. */
  readonly eventStore: EventStore;
  /** Time in ms that a client has to resume the stream of a call. */
  readonly resumeTimeout: number;
  readonly limits: McpLimits;
  /** Counts the open calls and streams of each caller, over all transports of the server. */
  readonly owners: OwnerTallies;
  /** Counts unsent bytes, over all transports of the server. */
  readonly unsent: UnsentBudget;
  /** Counts request bodies that are still arriving, over all transports of the server. */
  readonly bodies: ArrivingBodies;
  /** The path that a reverse proxy adds before every path, from `publicUrl`: '' or '/base'. */
  readonly publicPath: string;
  readonly logger: LoggerService;
  /**
   * The full paths of a route of the transport: with the server's prefix, the global prefix unless the route is
   * excluded from it, and each of its versions.
   */
  fullPaths?(verb: 'GET' | 'POST', path: string): readonly string[];
  /**
   * Creates a request of the adapter's own type for a message without HTTP: without headers and body, and with the
   * properties of `local` (the caller).
   */
  createRequest(local: object): object;
  /** The caller of this HTTP request; `undefined`: anonymous. */
  authOf(request: object): McpAuth | undefined;
  /** Whether a caller has all of these scopes, by the server's own comparison (`auth.scopeSatisfies`). */
  holds(auth: McpAuth | undefined, scopes: readonly string[]): boolean;
  /**
   * Called for a request that the transport refuses itself, with the HTTP status and the error of its answer, so that
   * observers hear of it.
   */
  readonly refused?: ReportRefused;
  /** The check before dispatch, for transports that can still choose the HTTP status after they have read a message. */
  readonly preflight?: Preflight;
  /**
   * Loads what a legacy handshake needs, which is otherwise loaded on the first one. For transports whose clients may
   * send more before the handshake is answered.
   */
  prepare(): Promise<void>;
  /**
   * Passes a message of a client to the engine. Returns the call that it began, if that has no answer yet. The
   * transport must check before that the id is free and the session has room.
   */
  receive(message: Message, origin: MessageOrigin, reply: Reply): CallInFlight | undefined;
  /** The inputs of a tool that requests repeat in headers; empty for an unknown tool. */
  headersOf(tool: string): readonly HeaderParam[];
}

/** Where and how the controller of an HTTP transport is mounted. */
export interface TransportMount {
  /** `prefix` of the server, '' for none. Nest adds the application's global prefix. */
  readonly prefix: string;
  readonly version: ControllerOptions['version'];
  /** Injection token under which the controller finds its `TransportEntry`. */
  readonly entry: symbol;
}

/** The running part of a transport in one application. */
export interface TransportEntry {
  /** Called when the server is ready; stdio starts to read then. */
  open?(): void | Promise<void>;
  /** Makes new sessions be refused with 503; calls in flight go on. */
  drain?(): void;
  /** Ends every stream and connection. Resolves when none keeps the process alive. Idempotent. */
  close(): Promise<void>;
}

/** A configured transport: made by `streamableHttp()`, `sse()`, `stdio()`. */
export interface McpTransport {
  readonly kind: string;
}

/** The implementation of an `McpTransport`. It has no state of an application. */
export interface TransportDefinition<
  Entry extends TransportEntry = TransportEntry,
> extends McpTransport {
  /** HTTP only: the path that clients connect to, without any prefix. */
  readonly path?: string;
  /** HTTP only: the eras that it serves. */
  readonly eras?: readonly McpEra[];
  /** HTTP only: the interval in ms between two keep-alives. */
  readonly keepAlive?: number;
  /** Called when a module with the transport is declared, before anything of the application runs. */
  declare?(): void;
  createEntry(host: TransportHost): Entry;
  /** HTTP only: creates the controller class, without guards (the module adds them). */
  createController?(mount: TransportMount): Type;
}

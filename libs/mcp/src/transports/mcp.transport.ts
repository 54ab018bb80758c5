import type { IncomingHttpHeaders } from 'node:http';
import type { ControllerOptions, LoggerService, Type } from '@nestjs/common';
import type { McpEra } from '../protocol/era.js';
import type { Message, MessageId } from '../protocol/json-rpc.js';
import type { EventStore } from '../sessions/event.store.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { OwnerTallies } from '../sessions/owner-tally.js';
import type { CallInFlight } from '../sessions/session-attachments.js';
import type { Session, SessionManager } from '../sessions/session.manager.js';
import type { ArrivingBodies } from './http/arriving-bodies.js';
import type { UnsentBudget } from './unsent-budget.js';

/** What a message came with. */
export interface MessageOrigin {
  /** The transport: `'streamable-http'`, `'sse'`, `'stdio'`, `'in-memory'`. */
  readonly over: string;
  readonly headers: IncomingHttpHeaders;
  /** The HTTP adapter's request (Express's or Fastify's own), or a fresh empty object where there is none. */
  readonly request: object;
  /** The HTTP adapter's response. Handlers only ever see a detached one of its kind. */
  readonly response?: object;
  /** The caller who sent this very message, not the one who opened the session. */
  readonly auth?: McpAuth;
  /** The session that the message belongs to; `undefined` in the modern era and without sessions. */
  readonly session?: Session;
  readonly era: McpEra;
  /** The revision of a message without a session: what its metadata or its `MCP-Protocol-Version` header names. */
  readonly protocolVersion?: string;
  /** Ends the stream of this call early; the client comes back for the result. */
  readonly closeStream?: () => void;
}

/**
 * Bounds on what clients may ask of one server in this process. Sizes are bytes of encoded data (UTF-8); `Infinity` lifts a bound.
 */
export interface McpLimits {
  /** Bytes of one request body, or of one line over stdio. Default 4 MiB. */
  body: number;
  /**
   * Bytes of all request bodies that are still arriving, over the whole server; beyond them the one that has been arriving for longest is
   * refused (503). Default 64 MiB.
   */
  bodies: number;
  /** Messages in one batch. Default 100. */
  batch: number;
  /** Levels of nesting in one message. Default 64. */
  depth: number;
  /** Calls in flight of one session. Default 64. */
  concurrency: number;
  /** Calls in flight of one caller over all transports, sessions and eras; anonymous callers count by `request.ip`. Default 256. */
  callsPerOwner: number;
  /** Bytes that one stream may have unsent when another message is written; a reader that is slower is cut off. Default 8 MiB. */
  queue: number;
  /** Open `subscriptions/listen` streams of the server, and resources that one session may watch. Default 1,024. */
  subscriptions: number;
  /** Open `subscriptions/listen` streams of one caller; anonymous callers count by `request.ip`. Default 64. */
  subscriptionsPerOwner: number;
  /**
   * Bytes that all clients of the server together may have unsent, over every transport; beyond them the slowest readers are cut
   * off. It also bounds what the results of `AsyncIterable`s and byte streams collect. Default 64 MiB.
   */
  unsent: number;
  /** Bytes that the event store in memory keeps for all sessions together; beyond them the oldest sessions lose events. Default 64 MiB. */
  events: number;
  /** Bytes that all finished tasks together may keep; beyond them the oldest finished tasks are forgotten. Default 64 MiB. */
  taskResults: number;
  /** ms without progress after which a reader that has unsent bytes is cut off. Default 30,000. */
  stallTimeout: number;
}

/** Why a message does not reach its engine: an HTTP status, a JSON-RPC error, and what goes into `WWW-Authenticate`. */
export interface PreflightRefusal {
  readonly status: 401 | 403;
  readonly code: number;
  readonly message: string;
  readonly challenge: string;
}

/** Decides before dispatch whether a request may go on; `undefined`: it may. */
export type Preflight = (
  message: Message,
  asking: Omit<MessageOrigin, 'headers' | 'closeStream' | 'response'> & {
    readonly response: object;
  },
) => Promise<PreflightRefusal | undefined> | undefined;

/** An input of a tool that its requests repeat in the header `Mcp-Param-{name}` (specification, "x-mcp-header"). */
export interface HeaderParam {
  readonly header: string;
  /** Keys that lead to the value in `arguments`. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

/** Takes what the engine sends about the requests of one origin. */
export interface Reply {
  /**
   * Sends a notification about a call, or a question to its client. Where it returns a promise, that resolves when the client is
   * ready for more, and rejects where a question cannot reach the client.
   */
  send(message: Message): Promise<void> | undefined;
  /**
   * Sends the answer to the request of that id, after which nothing follows for it. `undefined`: it gets none, because it was
   * cancelled. `early`: it was refused before anything ran, which HTTP says with its status too.
   */
  answer(id: MessageId, message: Message | undefined, early: boolean): void;
}

/** What a transport is handed: functions and settings of one server, no registry and no container. */
export interface TransportHost {
  /** The server's name. */
  readonly name: string;
  readonly sessions: SessionManager;
  /** Keeps what was sent on streams. */
  readonly eventStore: EventStore;
  /** ms that a client has to come back to the stream of a call. */
  readonly resumeTimeout: number;
  readonly limits: McpLimits;
  /** Counts what each caller has open, over all transports of the server. */
  readonly owners: OwnerTallies;
  /** Counts what clients have not read, over all transports of the server. */
  readonly unsent: UnsentBudget;
  /** Counts request bodies that are still arriving, over all transports of the server. */
  readonly bodies: ArrivingBodies;
  /** The path that a reverse proxy adds before every path, from `publicUrl`: '' or '/base'. */
  readonly publicPath: string;
  readonly logger: LoggerService;
  /**
   * Where the application serves a path of the transport: with the server's prefix, the global prefix unless it is excluded
   * from that, and each of its versions.
   */
  fullPaths?(verb: 'GET' | 'POST', path: string): readonly string[];
  /** Who the guards found behind this HTTP request; `undefined`: anonymous. */
  authOf(request: object): McpAuth | undefined;
  /** Whether a caller holds all of these scopes, compared as the server does it (`auth.scopeSatisfies`). */
  holds(auth: McpAuth | undefined, scopes: readonly string[]): boolean;
  /** For transports whose answer can still be a status when a message has been read. */
  readonly preflight?: Preflight;
  /**
   * Loads what a legacy handshake needs, which is otherwise loaded at the first one. For transports whose clients need not wait for
   * the answer to a handshake before they send more.
   */
  prepare(): Promise<void>;
  /**
   * Hands a message of a client to the engine. Returns the call that it began, where it began one that has no answer yet. Whether
   * its id is free and its session has room is for the transport to see first.
   */
  receive(message: Message, origin: MessageOrigin, reply: Reply): CallInFlight | undefined;
  /** The inputs of a tool that its requests repeat in headers; empty for an unknown tool. */
  headersOf(tool: string): readonly HeaderParam[];
}

/** Where the controller of an HTTP transport is mounted. */
export interface TransportMount {
  /** `prefix` of the server, '' for none; the application's global prefix comes on top by Nest. */
  readonly prefix: string;
  readonly version: ControllerOptions['version'];
  /** Injection token under which the controller finds its `TransportEntry`. */
  readonly entry: symbol;
}

/** The running side of a transport in one application. */
export interface TransportEntry {
  /** Called once the server is complete; stdio starts to read here. */
  open?(): void | Promise<void>;
  /** From here on new sessions are refused with 503; calls in flight go on. */
  drain?(): void;
  /** Ends every stream and connection; resolves when nothing holds the process any more. Idempotent. */
  close(): Promise<void>;
}

/** A transport, as the user configures it: made by `streamableHttp()`, `sse()`, `stdio()`. */
export interface McpTransport {
  readonly kind: string;
}

/** What is behind an `McpTransport`. Holds no state of an application. */
export interface TransportDefinition<
  Entry extends TransportEntry = TransportEntry,
> extends McpTransport {
  /** HTTP only: the path at which a client begins, without any prefix. */
  readonly path?: string;
  /** HTTP only: the eras whose clients it serves. */
  readonly eras?: readonly McpEra[];
  /** Called when a module with the transport is declared, before anything of the application runs. */
  declare?(): void;
  createEntry(host: TransportHost): Entry;
  /** HTTP only: the controller class, without guards (the module puts them on). */
  createController?(mount: TransportMount): Type;
}

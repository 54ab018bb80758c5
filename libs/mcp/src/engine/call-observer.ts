import type { Message } from '../protocol/json-rpc.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpClientInfo } from '../context/mcp-call.js';
import type { McpEra } from '../protocol/era.js';
import type { MessageOrigin } from '../transports/mcp.transport.js';

/** A message of a client, as observers see it: a request, or a notification (without `id`). */
export interface ObservedCall {
  readonly id?: string | number;
  readonly method: string;
  /** As the client sent them, `_meta` included. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What the client sent as `_meta`; empty where it sent none. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly era: McpEra;
  /** Absent where it is not known: before the handshake, and of a notification that does not say it. */
  readonly protocolVersion?: string;
  /** The transport: `'streamable-http'`, `'sse'`, `'stdio'`, `'in-memory'`. */
  readonly over: string;
  readonly auth?: McpAuth;
  readonly client?: McpClientInfo;
  readonly session?: { readonly id: string };
  /** The HTTP adapter's request, or an empty object. */
  readonly request: object;
}

/** A session of a legacy client whose handshake has just begun. */
export type ObservedSession = Pick<ObservedCall, 'over' | 'request'> & {
  readonly protocolVersion: string;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly openedAt: number;
};

/** How a call ended. */
export interface CallEnd {
  /** What the client was sent: `result` or `error`; neither where the call got no answer. */
  readonly result?: object;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  /** The client cancelled the call, or could not be reached any more. */
  readonly isCancelled: boolean;
  /** What was thrown, where something was: also what became a tool's result with `isError`. */
  readonly cause?: unknown;
  /** The id of the log line that says more of `cause`, where the answer does not say it itself. */
  readonly errorId?: string;
  /** The trace that one of the observers has made the call part of. */
  readonly traceId?: string;
  /** ms */
  readonly duration: number;
}

/** Follows one question to the client, a request of its own. */
export interface QuestionObservation {
  /** What the question carries as `_meta`, in place of the trace context of the client's request. */
  readonly meta?: Readonly<Record<string, string>>;
  /** The question is on its way, under this id. */
  sent(id: string | number): void;
  /** The client has answered, or `error` says why there is no answer. */
  end(error?: unknown): void;
}

/** Follows one call. */
export interface CallObservation {
  /** The trace that the call is part of. */
  readonly traceId?: string;
  /** Runs the work of the call: for what must be active around the handler, such as an `AsyncLocalStorage`. */
  run?<T>(work: () => T): T;
  /** A question goes to the client as a request. Called in the handler's own context. */
  asked?(method: string): QuestionObservation | undefined;
  end(end: CallEnd): void;
}

/** Receives every message of a client when it arrives. None of its methods must throw. */
export interface CallObserver {
  /** Follows the message where it returns an observation. */
  call(call: ObservedCall): CallObservation | undefined;
  /** The handshake of a session begins; the return runs when the session ends. */
  session?(session: ObservedSession): (() => void) | undefined;
}

/** The observers of one server as one; `undefined`: there are none, and nothing is observed. */
export function joinObservers(observers: readonly CallObserver[]): CallObserver | undefined {
  if (observers.length < 2) return observers[0];
  return {
    call: (call) => joinObservations(observers.flatMap((one) => one.call(call) ?? [])),
    session: (session) => {
      const ends = observers.flatMap((one) => one.session?.(session) ?? []);
      return () => ends.forEach((end) => end());
    },
  };
}

function joinObservations(all: readonly CallObservation[]): CallObservation | undefined {
  if (all.length < 2) return all[0];
  const traceId = all.find((one) => one.traceId !== undefined)?.traceId;
  return {
    ...(traceId !== undefined && { traceId }),
    run: <T>(work: () => T): T =>
      all.reduceRight<() => T>(
        (inner, one) => (one.run ? () => one.run?.(inner) as T : inner),
        work,
      )(),
    asked: (method) => joinQuestions(all.flatMap((one) => one.asked?.(method) ?? [])),
    end: (end) => {
      const told = traceId === undefined ? end : { ...end, traceId };
      for (const one of all) one.end(told);
    },
  };
}

function joinQuestions(all: readonly QuestionObservation[]): QuestionObservation | undefined {
  if (all.length < 2) return all[0];
  const meta = all.find((one) => one.meta)?.meta;
  return {
    ...(meta && { meta }),
    sent: (id) => all.forEach((one) => one.sent(id)),
    end: (error) => all.forEach((one) => one.end(error)),
  };
}

/** A message that no `Call` stands for: a notification, a request that the SDK answers, or one that is refused at once. */
export function toObserved(
  message: Message & { readonly method: string },
  origin: Omit<MessageOrigin, 'headers'>,
): ObservedCall {
  const { id, method, params } = message as unknown as Partial<ObservedCall> & { method: string };
  const meta = (params?.['_meta'] ?? {}) as ObservedCall['meta'];
  const { era, over, auth, session, request, protocolVersion } = origin;
  const revision = session?.protocolVersion ?? protocolVersion;
  return {
    ...(id !== undefined && { id }),
    method,
    params: params ?? {},
    meta,
    era,
    ...(revision !== undefined && { protocolVersion: revision }),
    over,
    ...(auth && { auth }),
    ...(session && era === 'legacy' && { session: { id: session.id } }),
    request,
  };
}

/** How a call ended, by the answer to it; `undefined`: it got none. */
export function toEnd(
  answer: Message | undefined,
): Pick<CallEnd, 'result' | 'error' | 'isCancelled'> {
  const { result, error } = (answer ?? {}) as CallEnd;
  return {
    ...(result && { result }),
    ...(error && { error }),
    isCancelled: answer === undefined,
  };
}

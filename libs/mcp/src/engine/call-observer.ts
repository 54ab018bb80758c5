import type { Message } from '../protocol/json-rpc.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpClientInfo } from '../context/mcp-call.js';
import type { McpEra } from '../protocol/era.js';
import type { MessageOrigin } from '../transports/mcp.transport.js';

/** A message of a client, as observers see it: a request, or a notification (without `id`). */
export interface ObservedCall {
  readonly id?: string | number;
  readonly method: string;
  /** The parameters as the client sent them, `_meta` included. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The `_meta` of the message; empty if there is none. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly era: McpEra;
  /** `undefined` if it is unknown: before the handshake, and for a notification without it. */
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

/** The outcome of a call. */
export interface CallEnd {
  /** The answer: `result` or `error`; neither if the call got no answer. */
  readonly result?: object;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  /** The client cancelled the call, or could not be reached any more. */
  readonly isCancelled: boolean;
  /** The thrown error, if any, even if it became a tool's result with `isError`. */
  readonly cause?: unknown;
  /** The id of the log line with details of `cause`, if the answer does not contain it. */
  readonly errorId?: string;
  /** The id of the trace to which an observer has added the call. */
  readonly traceId?: string;
  /** ms */
  readonly duration: number;
}

/** Observes one question to the client, which is a request of its own. */
export interface QuestionObservation {
  /** The `_meta` of the question, in place of the trace context of the client's request. */
  readonly meta?: Readonly<Record<string, string>>;
  /** Called when the question is sent, with its id. */
  sent(id: string | number): void;
  /** Called when the client has answered, or with the `error` because of which there is no answer. */
  end(error?: unknown): void;
}

/** Observes one call. */
export interface CallObservation {
  /** The id of the call's trace. */
  readonly traceId?: string;
  /** Runs the work of the call in a context that must be active around the handler, such as an `AsyncLocalStorage`. */
  run?<T>(work: () => T): T;
  /** Called when a question is sent to the client as a request, in the handler's own context. */
  asked?(method: string): QuestionObservation | undefined;
  end(end: CallEnd): void;
}

/** Observes every message of a client from its arrival. None of its methods may throw. */
export interface CallObserver {
  /** Called for each message; a returned observation follows it to its end. */
  call(call: ObservedCall): CallObservation | undefined;
  /** Called when the handshake of a session begins; the returned function runs when the session ends. */
  session?(session: ObservedSession): (() => void) | undefined;
}

/** Combines the observers of one server into one; `undefined` if there are none. */
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

/**
 * The observed form of a message without a `Call`: a notification, a request that the SDK answers, or one that is
 * refused at once.
 */
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

/** The outcome of a call, from its answer; `undefined` if it has none. */
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

import type { Message } from '../protocol/json-rpc.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpClientInfo } from '../context/mcp-call.js';
import type { McpEra } from '../protocol/era.js';
import { UNDECLARED_VERSION } from '../protocol/protocol-version.js';
import type { MessageOrigin } from '../transports/mcp.transport.js';

/** A message of a client, as observers see it: a request, or a notification (without `id`). */
export interface ObservedCall {
  readonly id?: string | number;
  readonly method: string;
  /** As the client sent them, `_meta` included. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly era: McpEra;
  readonly protocolVersion: string;
  /** The transport: `'streamable-http'`, `'sse'`, `'stdio'`, `'in-memory'`. */
  readonly over: string;
  readonly auth?: McpAuth;
  readonly client?: McpClientInfo;
  readonly session?: { readonly id: string };
  /** The HTTP adapter's request, or an empty object. */
  readonly request: object;
}

/** How a call ended. */
export interface CallEnd {
  /** What the client was sent: `result` or `error`; neither where the call got no answer. */
  readonly result?: object;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  /** The client cancelled the call, or could not be reached any more. */
  readonly isCancelled: boolean;
  /** The HTTP status, where a transport refused the message before anything ran. */
  readonly status?: number;
  /** What was thrown, where something was: also what became a tool's result with `isError`. */
  readonly cause?: unknown;
  /** ms */
  readonly duration: number;
}

/** Follows one call. */
export interface CallObservation {
  /** Runs the work of the call: for what must be active around the handler, such as an `AsyncLocalStorage`. */
  run?<T>(work: () => T): T;
  /** A question goes to the client; the return is told when its answer is there. */
  asked?(method: string): (error?: unknown) => void;
  end(end: CallEnd): void;
}

/** Is told of every message of a client when it arrives; follows it where it returns an observation. Must not throw. */
export type CallObserver = (call: ObservedCall) => CallObservation | undefined;

/** The observers of one server as one; `undefined`: there are none, and nothing is observed. */
export function joinObservers(observers: readonly CallObserver[]): CallObserver | undefined {
  if (observers.length < 2) return observers[0];
  return (call) => {
    const all = observers.flatMap((observer) => observer(call) ?? []);
    if (all.length < 2) return all[0];
    return {
      run: <T>(work: () => T): T =>
        all.reduceRight<() => T>(
          (inner, one) => (one.run ? () => one.run?.(inner) as T : inner),
          work,
        )(),
      asked: (method) => {
        const ends = all.map((one) => one.asked?.(method));
        return (error) => {
          for (const end of ends) end?.(error);
        };
      },
      end: (end) => {
        for (const one of all) one.end(end);
      },
    };
  };
}

/** A message that no `Call` stands for: a notification, a request that the SDK answers, or one that is refused at once. */
export function toObserved(
  message: Message & { readonly method: string },
  origin: MessageOrigin,
): ObservedCall {
  const { id, method, params } = message as unknown as Partial<ObservedCall> & { method: string };
  const { era, over, auth, session, request, protocolVersion } = origin;
  return {
    ...(id !== undefined && { id }),
    method,
    params: params ?? {},
    era,
    protocolVersion: session?.protocolVersion ?? protocolVersion ?? UNDECLARED_VERSION,
    over,
    ...(auth && { auth }),
    ...(session && { session: { id: session.id } }),
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

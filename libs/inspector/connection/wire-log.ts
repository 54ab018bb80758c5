import { signal } from '@preact/signals';

/** An entry of the message log. */
export interface WireEntry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  readonly server: string;
  readonly era: 'legacy' | 'modern';
  /** The HTTP method of the exchange that carried it. */
  readonly verb: string;
  readonly url: string;
  /** The headers of the request, without the token. */
  readonly headers: Readonly<Record<string, string>>;
  /** The status of the response. */
  readonly status?: number;
  /** The JSON-RPC message, or the content received in place of one. */
  readonly message: unknown;
  /** The method of the request, for its answer too. */
  readonly method: string;
  /** Milliseconds from the request to this answer. */
  readonly took?: number;
}

type Message = Partial<Record<'id' | 'method' | 'params' | 'result' | 'error', unknown>>;

/** The most entries of the log; beyond them the oldest are dropped. */
const most = 1_000;

/** All messages that this tab has sent and received, the newest last. */
export const wireLog = signal<readonly WireEntry[]>([]);

let next = 1;
/** Requests without an answer: their method and the time when they were sent. */
const asked = new Map<string, { readonly method: string; readonly at: number }>();

/** Adds a message. An answer gets the method of its request and the time that it took. */
export function record(entry: Omit<WireEntry, 'id' | 'at' | 'method' | 'took'>): void {
  const now = performance.now();
  const { id, method } = (entry.message ?? {}) as Message;
  const other = entry.direction === 'sent' ? 'received' : 'sent';
  let known: { readonly method: string; readonly at: number } | undefined;
  if (typeof method === 'string') {
    if (id !== undefined) asked.set(key(entry.server, entry.direction, id), { method, at: now });
  } else if (id !== undefined) {
    const asking = key(entry.server, other, id);
    known = asked.get(asking);
    asked.delete(asking);
  }
  const line: WireEntry = {
    ...entry,
    id: next,
    at: Date.now(),
    method: typeof method === 'string' ? method : (known?.method ?? ''),
    ...(known && { took: now - known.at }),
  };
  next += 1;
  wireLog.value = [...wireLog.value, line].slice(-most);
}

/** Empties the log. */
export function clearLog(): void {
  wireLog.value = [];
  asked.clear();
}

function key(server: string, direction: string, id: unknown): string {
  return `${server} ${direction} ${JSON.stringify(id)}`;
}

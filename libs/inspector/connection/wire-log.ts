import { signal } from '@preact/signals';

/** One thing that went over the wire. */
export interface WireEntry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  readonly server: string;
  readonly era: 'legacy' | 'modern';
  /** `POST`, `GET`, … of the exchange that carried it. */
  readonly verb: string;
  readonly url: string;
  /** Of the request; never the token. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the response. */
  readonly status?: number;
  /** The JSON-RPC message, or what came instead of one. */
  readonly message: unknown;
  /** The method, also beside the answer to it. */
  readonly method: string;
  /** Milliseconds from the request to this answer. */
  readonly took?: number;
}

type Message = Partial<Record<'id' | 'method' | 'params' | 'result' | 'error', unknown>>;

/** As many entries as the log keeps; the oldest make room. */
const most = 1_000;

/** Everything that this tab has sent and received, the newest last. */
export const wireLog = signal<readonly WireEntry[]>([]);

let next = 1;
/** Requests without an answer: their method and when they were sent. */
const asked = new Map<string, { readonly method: string; readonly at: number }>();

/** Adds one message, and says of an answer what it answers and how long that took. */
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

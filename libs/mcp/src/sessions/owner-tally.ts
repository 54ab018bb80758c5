import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { McpAuth } from './mcp-auth.js';
import { brand } from '../errors/package-brand.js';

/** In seconds. */
const RETRY_AFTER = 1;

/** A caller has reached one of its limits: `-32603`, and 429 over HTTP. */
export class TooManyError extends ProtocolError {
  static {
    brand(this, 'TooManyError');
  }

  /** Seconds after which the client may try again. */
  readonly retryAfter = RETRY_AFTER;

  constructor(message: string) {
    super(ErrorCode.internalError, message, { retryAfter: RETRY_AFTER });
  }
}

/** Whom a request counts for. */
export interface Owner {
  readonly kind: 'subject' | 'address';
  readonly name: string;
}

/** Counts the open calls or streams of each caller, over all transports and both eras. */
export class OwnerTally {
  /** One map for each kind: joined names would have to be hashed anew for each request. */
  private readonly counts: Readonly<Record<Owner['kind'], Map<string, number>>> = {
    subject: new Map(),
    address: new Map(),
  };

  /** `what` names the counted items in the error: `'calls in flight'`. */
  constructor(
    private readonly max: number,
    private readonly what: string,
  ) {}

  /** Throws `TooManyError` if `more` items would exceed the caller's limit. */
  assertRoom({ kind, name }: Owner, more = 1): void {
    if ((this.counts[kind].get(name) ?? 0) + more <= this.max) return;
    throw new TooManyError(`Too many ${this.what} (at most ${this.max} per caller)`);
  }

  /** Counts an item; the returned function uncounts it (further calls have no effect). Throws `TooManyError`. */
  begin(owner: Owner): () => void {
    this.assertRoom(owner);
    const { name } = owner;
    const counts = this.counts[owner.kind];
    counts.set(name, (counts.get(name) ?? 0) + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (counts.get(name) ?? 1) - 1;
      if (left > 0) counts.set(name, left);
      else counts.delete(name);
    };
  }
}

/** The counters of one server, by caller. */
export interface OwnerTallies {
  /** Calls in flight, including those that go on as tasks. */
  readonly calls: OwnerTally;
  /** Open `subscriptions/listen` streams. */
  readonly subscriptions: OwnerTally;
}

/**
 * The owner that a request counts for: the subject, or for an anonymous caller the address from the HTTP adapter
 * (`request.ip`).
 */
export function ownerOf(auth: McpAuth | undefined, request: object): Owner {
  if (auth !== undefined) return { kind: 'subject', name: auth.subject };
  const { ip, socket } = request as { ip?: unknown; socket?: { remoteAddress?: unknown } };
  const address = typeof ip === 'string' ? ip : socket?.remoteAddress;
  return { kind: 'address', name: typeof address === 'string' ? address : 'local' };
}

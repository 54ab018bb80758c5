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

/** Counts the open calls or streams of each caller, over all transports and both eras. */
export class OwnerTally {
  private readonly counts = new Map<string, number>();

  /** `what` names the counted items in the error: `'calls in flight'`. */
  constructor(
    private readonly max: number,
    private readonly what: string,
  ) {}

  /** Throws `TooManyError` if `more` items would exceed the caller's limit. */
  assertRoom(owner: string, more = 1): void {
    if ((this.counts.get(owner) ?? 0) + more <= this.max) return;
    throw new TooManyError(`Too many ${this.what} (at most ${this.max} per caller)`);
  }

  /** Counts an item; the returned function uncounts it (further calls have no effect). Throws `TooManyError`. */
  begin(owner: string): () => void {
    this.assertRoom(owner);
    this.counts.set(owner, (this.counts.get(owner) ?? 0) + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.counts.get(owner) ?? 1) - 1;
      if (left > 0) this.counts.set(owner, left);
      else this.counts.delete(owner);
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
export function ownerOf(auth: McpAuth | undefined, request: object): string {
  if (auth !== undefined) return `subject ${auth.subject}`;
  const { ip, socket } = request as { ip?: unknown; socket?: { remoteAddress?: unknown } };
  const address = typeof ip === 'string' ? ip : socket?.remoteAddress;
  return typeof address === 'string' ? `address ${address}` : 'local';
}

import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { McpAuth } from './mcp-auth.js';
import { brand } from '../errors/package-brand.js';

/** s */
const RETRY_AFTER = 1;

/** One caller has as many of something as it may have: `-32603`, and 429 over HTTP. */
export class TooManyError extends ProtocolError {
  static {
    brand(this, 'TooManyError');
  }

  /** Seconds after which there may be room. */
  readonly retryAfter = RETRY_AFTER;

  constructor(message: string) {
    super(ErrorCode.internalError, message, { retryAfter: RETRY_AFTER });
  }
}

/** Counts what each caller has open, over all transports and both eras. */
export class OwnerTally {
  private readonly counts = new Map<string, number>();

  /** `what` names the things in the error: `'calls in flight'`. */
  constructor(
    private readonly max: number,
    private readonly what: string,
  ) {}

  /** Throws `TooManyError` where the caller has no room for so many more. */
  assertRoom(owner: string, more = 1): void {
    if ((this.counts.get(owner) ?? 0) + more <= this.max) return;
    throw new TooManyError(`Too many ${this.what} (at most ${this.max} per caller)`);
  }

  /** Counts one in; the return counts it out (once counts). Throws `TooManyError`. */
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

/** What the callers of one server share out among themselves. */
export interface OwnerTallies {
  /** Calls in flight, those that go on as tasks included. */
  readonly calls: OwnerTally;
  /** Open `subscriptions/listen` streams. */
  readonly subscriptions: OwnerTally;
}

/** Whom a request counts for: the subject, or where the caller is anonymous the address that the HTTP adapter gives it (`request.ip`). */
export function ownerOf(auth: McpAuth | undefined, request: object): string {
  if (auth !== undefined) return `subject ${auth.subject}`;
  const { ip, socket } = request as { ip?: unknown; socket?: { remoteAddress?: unknown } };
  const address = typeof ip === 'string' ? ip : socket?.remoteAddress;
  return typeof address === 'string' ? `address ${address}` : 'local';
}

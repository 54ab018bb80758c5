import type { McpAuth } from './mcp-auth.js';

const CONFIRMATION = Symbol('confirmed caller');

interface ConfirmableRequest {
  [CONFIRMATION]?: unknown;
}

/**
 * A server's statement about the caller of one request. It names its request, so that a copy on another request does not
 * count: code which writes to a request cannot make a caller confirmed.
 */
class Confirmation {
  private readonly earlier: Confirmation | undefined;

  constructor(
    private readonly server: string,
    private readonly request: object,
    private readonly auth: McpAuth,
  ) {
    this.earlier = Confirmation.of(request);
  }

  /** The last confirmation of exactly this request, not of an object that inherits from it or is copied from it. */
  static of(request: object): Confirmation | undefined {
    const kept = (request as ConfirmableRequest)[CONFIRMATION];
    return kept instanceof Confirmation && kept.request === request ? kept : undefined;
  }

  /** The caller whom that server has confirmed. */
  by(server: string): McpAuth | undefined {
    return this.server === server ? this.auth : this.earlier?.by(server);
  }

  /** Whether any server has confirmed exactly this caller. */
  isOf(auth: unknown): boolean {
    return this.auth === auth || this.earlier?.isOf(auth) === true;
  }
}

/**
 * Records that a server itself has authenticated the caller of this request: by its verifier, or over stdio by its
 * configuration.
 */
export function confirmCaller(server: string, request: object, auth: McpAuth): void {
  // Not a WeakMap: an entry for each request makes every garbage collection longer.
  (request as ConfirmableRequest)[CONFIRMATION] = new Confirmation(server, request, auth);
}

/** The caller of a request as that server has confirmed it; `undefined` if it has not. */
export function confirmedCaller(server: string, request: object): McpAuth | undefined {
  return Confirmation.of(request)?.by(server);
}

/** Whether any server has confirmed exactly this caller for the request. */
export function isConfirmed(request: object, auth: unknown): auth is McpAuth {
  return Confirmation.of(request)?.isOf(auth) === true;
}

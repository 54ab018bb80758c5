/** A failed request of the test client: a JSON-RPC error, a refusal by HTTP, a timeout, or a wrong use of the kit. */
export class McpTestError extends Error {
  override readonly name = 'McpTestError';
  /** Code of the JSON-RPC error. */
  readonly code?: number;
  /** `data` of the JSON-RPC error. */
  readonly data?: unknown;
  /** Status of the HTTP response that refused the request. */
  readonly status?: number;
  /** The `WWW-Authenticate` header of that response. */
  readonly challenge?: string;

  constructor(
    message: string,
    details: { code?: number; data?: unknown; status?: number; challenge?: string } = {},
  ) {
    super(message);
    Object.assign(this, details);
  }
}

/** Why a request of the test client has failed: a JSON-RPC error, a refusal by HTTP, a timeout, or a wrong use of the kit. */
export class McpTestError extends Error {
  override readonly name = 'McpTestError';
  /** Code of the JSON-RPC error. */
  readonly code?: number;
  /** `data` of the JSON-RPC error. */
  readonly data?: unknown;
  /** Status of the HTTP response that refused the request. */
  readonly status?: number;
  /** Its `WWW-Authenticate` header. */
  readonly challenge?: string;

  constructor(
    message: string,
    details: { code?: number; data?: unknown; status?: number; challenge?: string } = {},
  ) {
    super(message);
    Object.assign(this, details);
  }
}

import type { McpEra } from '../protocol/era.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpTestAnswers } from './test-answers.js';

/** The defaults of a test client: its name and version, and the legacy revision that it requests. */
export const testDefaults = {
  clientInfo: { name: 'nestjs-mcp-testing', version: '1.0.0' },
  protocolVersion: '2025-11-25',
} as const;

/** Options of `McpTestClient.connect()`. */
export interface McpTestClientOptions {
  /** Name of the server. Default: the only server of the application. */
  readonly server?: string;
  /** Default `'legacy'`. */
  readonly era?: McpEra;
  /**
   * `'memory'`: the engine, without routes and their guards. `'http'` (Streamable HTTP) and `'sse'`: the whole pipeline
   * of the HTTP adapter, without a port. Default `'memory'`; `'http'` if a `token` is given and the application has an
   * HTTP adapter.
   */
  readonly over?: 'http' | 'sse' | 'memory';
  /** Bearer token. In memory, the server's own verifier turns it into the caller. */
  readonly token?: string;
  /** The caller, in place of the verifier. Other guards of the routes still run. */
  readonly as?: McpAuth;
  /** Answers to elicitation, sampling and roots. A client without answers does not declare these capabilities. */
  readonly answers?: McpTestAnswers;
  /** Additional headers of every HTTP request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Additional client capabilities, as in the specification. */
  readonly capabilities?: Readonly<Record<string, object>>;
  /** The legacy revision that the client requests. Default `'2025-11-25'`. */
  readonly protocolVersion?: string;
  /** The client's name and version. Default `{ name: 'nestjs-mcp-testing', version: '1.0.0' }`. */
  readonly clientInfo?: { readonly name: string; readonly version: string };
  /** Time limit of a request in ms. Default 5,000. */
  readonly timeout?: number;
}

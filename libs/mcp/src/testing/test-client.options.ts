import type { McpEra } from '../protocol/era.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpTestAnswers } from './test-answers.js';

/** What a test client says of itself unless a test says otherwise: its identity, and the legacy revision to ask for. */
export const testDefaults = {
  clientInfo: { name: 'nestjs-mcp-testing', version: '1.0.0' },
  protocolVersion: '2025-11-25',
} as const;

/** How a test client connects. */
export interface McpTestClientOptions {
  /** Name of the server. Default: the only one of the application. */
  readonly server?: string;
  /** Default `'legacy'`. */
  readonly era?: McpEra;
  /**
   * `'memory'`: the engine, without routes and their guards. `'http'` (Streamable HTTP) and `'sse'`: the whole pipeline of the HTTP
   * adapter, without a port. Default `'memory'`; `'http'` where a `token` is given and the application has an HTTP adapter.
   */
  readonly over?: 'http' | 'sse' | 'memory';
  /** Bearer token. In memory the server's own verifier is asked for its caller. */
  readonly token?: string;
  /** The caller, past the verifier. Other guards of the routes still decide. */
  readonly as?: McpAuth;
  /** Answers to elicitation, sampling and roots. A client without answers declares that it cannot be asked. */
  readonly answers?: McpTestAnswers;
  /** Further headers of every HTTP request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further client capabilities, as the specification writes them. */
  readonly capabilities?: Readonly<Record<string, object>>;
  /** The legacy revision to ask for. Default `'2025-11-25'`. */
  readonly protocolVersion?: string;
  /** What the client says it is. Default `{ name: 'nestjs-mcp-testing', version: '1.0.0' }`. */
  readonly clientInfo?: { readonly name: string; readonly version: string };
  /** ms that a request may take. Default 5,000. */
  readonly timeout?: number;
}

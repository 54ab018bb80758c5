import type { Readable, Writable } from 'node:stream';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { McpTransport } from '../mcp.transport.js';
import { StdioEntry } from './stdio.entry.js';

/** How the standard streams are served. */
export interface StdioOptions {
  /** Who is at the other end; without it the caller is anonymous. */
  auth?: McpAuth;
  /**
   * Called when the client has closed its end and every answer is out. By default the process sends itself
   * SIGTERM then, which ends it, through the shutdown hooks where they are enabled.
   */
  onEnd?: () => void;
  /** In place of the standard input of the process; then nothing happens at its end unless `onEnd` says so. */
  input?: Readable;
  /** In place of the standard output of the process. */
  output?: Writable;
}

/** The way in of a client that starts this process: one JSON message a line, on standard input and output. */
export function stdio(options: StdioOptions = {}): McpTransport<StdioEntry> {
  return { kind: 'stdio', createEntry: (host) => new StdioEntry(host, options) };
}

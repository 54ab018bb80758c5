import type { Readable, Writable } from 'node:stream';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.js';
import type { TransportEntry, TransportHost } from '../mcp.transport.js';
import { StdioConnection } from './stdio-connection.js';
import { takeStdout } from './stdout.guard.js';

/** Options of stdio. */
export interface StdioOptions {
  /** The caller of all messages. Default: anonymous. */
  auth?: McpAuth;
  /**
   * Called when the client has closed its end and every answer is written, or when it has stopped reading. By default
   * the process then sends itself SIGTERM, which ends it, through the shutdown hooks if they are enabled.
   */
  onEnd?: () => void;
  /** Replaces the standard input of the process. Then nothing happens at its end without `onEnd`. */
  input?: Readable;
  /** Replaces the standard output of the process. */
  output?: Writable;
}

/** The standard streams of this process, with the one client of the application. */
export class StdioEntry implements TransportEntry {
  private session: Session | undefined;
  private closed = false;
  private releaseStdout: (() => void) | undefined;

  constructor(
    private readonly host: TransportHost,
    private readonly options: StdioOptions,
  ) {}

  /** Starts to read. */
  async open(): Promise<void> {
    const { host, options } = this;
    await host.prepare();
    if (this.closed) return;
    const session = host.sessions.open(options.auth, { local: true });
    session.hold();
    const connection = new StdioConnection(host, session, {
      input: options.input ?? process.stdin,
      output: options.output ?? this.takeStdout(),
      auth: options.auth,
      onEnd: () => this.end(),
    });
    this.session = session;
    connection.open();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.session?.close();
    this.releaseStdout?.();
  }

  private takeStdout(): Writable {
    const { output, release } = takeStdout();
    this.releaseStdout = release;
    return output;
  }

  private end(): void {
    if (this.options.onEnd !== undefined) this.options.onEnd();
    else if (this.options.input === undefined) process.kill(process.pid, 'SIGTERM');
  }
}

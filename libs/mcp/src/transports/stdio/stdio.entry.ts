import type { TransportEntry, TransportHost } from '../mcp.transport.js';
import { StdioConnection } from './stdio.connection.js';
import type { StdioOptions } from './stdio.transport.js';

/** The standard streams of this process, as the one client of an application. */
export class StdioEntry implements TransportEntry {
  #connection: StdioConnection | undefined;

  constructor(
    private readonly host: TransportHost,
    private readonly options: StdioOptions,
  ) {}

  /** Begins to read. */
  async open(): Promise<void> {
    const { host, options } = this;
    const session = host.sessions.open(options.auth, { local: true });
    session.hold();
    const connection = new StdioConnection(session, {
      input: options.input ?? process.stdin,
      output: options.output ?? process.stdout,
      auth: options.auth,
      limits: host.limits,
      onEnd: () => this.#end(),
    });
    this.#connection = connection;
    session.whenClosed(() => void connection.close());
    await host.connect(connection, session);
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  #end(): void {
    if (this.options.onEnd !== undefined) this.options.onEnd();
    else if (this.options.input === undefined) process.kill(process.pid, 'SIGTERM');
  }
}

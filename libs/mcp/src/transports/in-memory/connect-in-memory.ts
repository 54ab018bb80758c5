import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.manager.js';
import { CallsInFlight } from '../calls-in-flight.js';
import type { Message } from '../../protocol/json-rpc.js';
import { toLocalOrigin } from '../local-request.js';
import type { TransportHost } from '../mcp.transport.js';

/** Opens a session in this process, and gives the client's end of it: what `Client.connect` of the SDK takes. */
export async function connectInMemory(
  host: TransportHost,
  options: { auth?: McpAuth } = {},
): Promise<Transport> {
  const session = host.sessions.open(options.auth, { local: true });
  session.hold();
  const server = new ServerEnd(session, host, options.auth);
  const client = new ClientEnd(server);
  server.client = client;
  session.whenClosed(() => void server.close());
  await host.connect(server, session);
  return client;
}

class ServerEnd implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message, extra?: MessageExtraInfo) => void;
  client: ClientEnd | undefined;
  readonly sessionId: string;
  readonly #calls: CallsInFlight;
  #closed = false;

  constructor(
    private readonly session: Session,
    private readonly host: TransportHost,
    private readonly auth: McpAuth | undefined,
  ) {
    this.sessionId = session.id;
    this.#calls = new CallsInFlight(session, host.limits.concurrency);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  receive(message: Message): void {
    this.#calls.received(message);
    this.onmessage?.(message, { requestInfo: toLocalOrigin(this.host.name, this.auth) });
  }

  send(message: Message): Promise<void> {
    this.#calls.sent(message);
    const copy = onTheWire(message);
    queueMicrotask(() => this.client?.onmessage?.(copy));
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.session.close();
    this.onclose?.();
    void this.client?.close();
    return Promise.resolve();
  }
}

class ClientEnd implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message) => void;
  #closed = false;

  constructor(private readonly server: ServerEnd) {}

  start(): Promise<void> {
    return Promise.resolve();
  }

  send(message: Message): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The connection is closed.'));
    const copy = onTheWire(message);
    queueMicrotask(() => this.server.receive(copy));
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.onclose?.();
    return this.server.close();
  }
}

/** What the other side would read: nothing shared, nothing that JSON has no word for. */
function onTheWire(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message;
}

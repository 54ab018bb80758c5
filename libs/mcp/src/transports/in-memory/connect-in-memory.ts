import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { answerableId } from '../../protocol/id-length.js';
import { toErrorAnswer, type Message, type MessageId } from '../../protocol/json-rpc.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.js';
import type { Reply, TransportHost } from '../mcp.transport.js';
import { PipeReceiver } from '../pipe-receiver.js';

/** Opens a session in this process, and returns the client's end of it: a transport for `Client.connect` of the SDK. */
export async function connectInMemory(
  host: TransportHost,
  options: { auth?: McpAuth | undefined } = {},
): Promise<Transport> {
  await host.prepare();
  const session = host.sessions.open(options.auth, { local: true });
  session.hold();
  return new ServerEnd(host, session, options.auth).client;
}

class ServerEnd implements Reply {
  readonly client = new ClientEnd(this);
  private readonly receiver: PipeReceiver;

  constructor(
    host: TransportHost,
    private readonly session: Session,
    auth: McpAuth | undefined,
  ) {
    this.receiver = new PipeReceiver({ host, session, auth, over: 'in-memory', reply: this });
    session.outlet = async (message) => this.send(message);
    session.whenClosed(() => void this.client.close());
  }

  receive(message: Message): void {
    const admitted = this.receiver.admit(message);
    if (admitted === undefined) return;
    if ('era' in admitted) this.receiver.receive(message, admitted);
    else this.send(toErrorAnswer(answerableId(message), admitted));
  }

  send(message: Message): undefined {
    const copy = onTheWire(message);
    queueMicrotask(() => this.client.onmessage?.(copy));
  }

  answer(_id: MessageId, answer: Message | undefined): void {
    if (answer) this.send(answer);
  }

  close(): void {
    this.session.close();
  }
}

class ClientEnd implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: Message) => void;
  private closed = false;

  constructor(private readonly server: ServerEnd) {}

  start(): Promise<void> {
    return Promise.resolve();
  }

  send(message: Message): Promise<void> {
    if (this.closed) return Promise.reject(new Error('The connection is closed.'));
    const copy = onTheWire(message);
    queueMicrotask(() => this.server.receive(copy));
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    this.onclose?.();
    this.server.close();
    return Promise.resolve();
  }
}

/** A copy of a message as it would be after serialisation: no shared objects, JSON values only. */
function onTheWire(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message;
}

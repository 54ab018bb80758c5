import { ErrorCode } from '../errors/protocol.error.js';
import { classify, type Classified, type Refusal } from '../protocol/era.js';
import { lengthProblemOf } from '../protocol/id-length.js';
import { cancelledId, isRequest, type Message } from '../protocol/json-rpc.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { Session } from '../sessions/session.js';
import { toLocalOrigin } from './local-request.js';
import type { MessageOrigin, Reply, TransportHost } from './mcp.transport.js';

/** The settings of a pipe with one client. */
export interface PipeSettings {
  readonly host: TransportHost;
  readonly session: Session;
  readonly auth: McpAuth | undefined;
  /** The transport: `'stdio'`, `'in-memory'`. */
  readonly over: string;
  readonly reply: Reply;
}

/** Receives the messages of a client at the other end of a pipe (stdio, in memory). They may be of either era until a handshake. */
export class PipeReceiver {
  private isLegacy = false;

  constructor(private readonly settings: PipeSettings) {}

  /** The number of calls that the client waits for. Subscriptions do not count, because they get no answer. */
  get waiting(): number {
    let waiting = 0;
    for (const { kind } of this.settings.session.calls.values()) {
      if (kind !== 'subscription') waiting += 1;
    }
    return waiting;
  }

  /** The origin of a message for the engine, or its refusal; `undefined` if the message is to be ignored. */
  admit(message: Message): MessageOrigin | Refusal | undefined {
    const admitted = this.read(message);
    if (admitted && !('over' in admitted) && isRequest(message)) {
      this.settings.host.refused?.(message, this.originOf(undefined), admitted);
    }
    return admitted;
  }

  private read(message: Message): MessageOrigin | Refusal | undefined {
    const { session, host } = this.settings;
    const problem = lengthProblemOf(message);
    if (problem !== undefined) {
      return { status: 400, code: ErrorCode.invalidParams, message: problem };
    }
    const found: Classified = this.isLegacy ? { era: 'legacy' } : classify(message);
    if ('refusal' in found) return found.refusal;
    if (isRequest(message)) {
      if (session.calls.has(message.id)) return refuse('the request id is in use');
      if (session.calls.size >= host.limits.concurrency) return refuse('too many calls in flight');
    } else if (found.era === 'modern' && cancelledId(message) === undefined) {
      return undefined;
    }
    return this.originOf('revision' in found ? found.revision : undefined);
  }

  /** Passes an admitted message to the engine. */
  receive(message: Message, origin: MessageOrigin): void {
    if (origin.era === 'legacy' && 'method' in message && message.method === 'initialize') {
      this.isLegacy = true;
    }
    this.settings.host.receive(message, origin, this.settings.reply);
  }

  /** Rejects a request of the server that the client cannot answer any more. */
  failQuestion(id: string | number, message: string): void {
    const error = { code: ErrorCode.internalError, message };
    this.receive({ jsonrpc: '2.0', id, error }, this.originOf(undefined));
  }

  /** Ends the subscription streams, because the client cannot end them any more. */
  endSubscriptions(): void {
    for (const call of this.settings.session.calls.values()) {
      if (call.kind === 'subscription') call.cancel('Connection closed');
    }
  }

  private originOf(revision: string | undefined): MessageOrigin {
    const { host, session, auth, over } = this.settings;
    return {
      ...toLocalOrigin(host, auth),
      over,
      session,
      era: revision === undefined ? 'legacy' : 'modern',
      ...(revision !== undefined && { protocolVersion: revision }),
    };
  }
}

function refuse(problem: string): Refusal {
  return { status: 400, code: ErrorCode.invalidRequest, message: `Invalid Request: ${problem}` };
}

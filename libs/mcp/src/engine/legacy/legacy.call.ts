import { randomUUID } from 'node:crypto';
import { DoneOnce } from '../../context/done-once.js';
import type { McpClientInfo, McpSessionRef, McpSubscriptions } from '../../context/mcp-call.js';
import {
  missingCapabilities,
  missingCapability,
  type McpQuestion,
} from '../../context/mcp-question.js';
import { McpException } from '../../errors/mcp.exception.js';
import type { McpMethod } from '../../primitives/method-table.js';
import type { RequestMessage } from '../../protocol/json-rpc.js';
import type { McpLogLevel } from '../../protocol/log-level.js';
import { traceContextOf } from '../../protocol/trace-context.js';
import { UNDECLARED_VERSION } from '../../protocol/protocol-version.js';
import type { MessageOrigin, Reply } from '../../transports/mcp.transport.js';
import { Call, type CallServer } from '../call.js';
import type { LegacyPeer } from './legacy-peer.js';

/**
 * A call of a legacy revision: what its request does not contain is in its session. Questions are requests to the
 * client.
 */
export class LegacyCall extends Call {
  readonly era = 'legacy';
  private done: DoneOnce | undefined;

  /** `peer`: the client of a session; `undefined` for a call without a session, whose client cannot be asked. */
  constructor(
    server: CallServer,
    message: RequestMessage,
    origin: MessageOrigin,
    reply: Reply,
    private readonly peer: LegacyPeer | undefined,
  ) {
    super(server, message, origin, reply);
  }

  get protocolVersion(): string {
    const { session, protocolVersion } = this.origin;
    return session?.protocolVersion ?? protocolVersion ?? UNDECLARED_VERSION;
  }

  get client(): McpClientInfo | undefined {
    return this.peer?.client;
  }

  get session(): McpSessionRef | undefined {
    return this.peer?.sessionRef;
  }

  get logLevel(): McpLogLevel {
    return this.peer?.session.record.logLevel ?? 'debug';
  }

  get subscriptions(): McpSubscriptions | undefined {
    return this.peer?.subscriptionsOf(this);
  }

  once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    this.done ??= new DoneOnce();
    return this.done.run(key, work);
  }

  protected perform(method: McpMethod): Promise<object> {
    return method(this.params, this);
  }

  protected async askClient({
    method,
    params,
    key,
    needs,
    accepts,
  }: McpQuestion): Promise<Record<string, unknown>> {
    const { peer, client } = this;
    if (!peer || !client) {
      throw new McpException(
        'The client cannot be asked anything: it has no session that an answer could come back to.',
      );
    }
    const missing = missingCapabilities(needs, client.capabilities);
    if (missing) {
      const { message, code, data } = missingCapability(missing);
      throw new McpException(message, { code, data });
    }
    const answer = await this.send(peer, { method, params, key });
    if (accepts(answer)) return answer;
    throw new McpException(`The client's answer to ${method} is not one.`);
  }

  /** Sends the question as a separate request, with its trace context for the client. */
  private async send(
    peer: LegacyPeer,
    { method, params, key }: Pick<McpQuestion, 'method' | 'params' | 'key'>,
  ): Promise<Record<string, unknown>> {
    const observation = this.observation?.asked?.(method);
    const _meta = {
      ...(observation?.meta ?? traceContextOf(this.meta)),
      // These revisions have no field for the key; the test kit reads it here.
      ...(key !== undefined && { 'nestjs-mcp/key': key }),
    };
    const asked = {
      ...params,
      ...(params.mode === 'url' && { elicitationId: randomUUID() }),
      ...(Object.keys(_meta).length > 0 && { _meta }),
    };
    try {
      const answer = await peer.ask(method, asked, this, (id) => observation?.sent(id));
      observation?.end();
      return answer;
    } catch (error) {
      observation?.end(error);
      // The SDK makes an error of its own of the reason for which the call was aborted.
      throw this.abortReason ?? error;
    }
  }
}

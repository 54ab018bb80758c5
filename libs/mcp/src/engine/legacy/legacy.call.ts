import type { LoggerService } from '@nestjs/common';
import type { JSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import {
  type McpCall,
  type McpClientInfo,
  type McpSessionRef,
  type McpSubscriptions,
} from '../../context/mcp-call.js';
import { logLevels, type McpLogLevel } from '../../protocol/log-level.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import { maskError } from '../../errors/public-error.js';
import { LegacyQuestions, type SendRequest } from './legacy.questions.js';
import type { CallFacts, CallMemory, RunningCall } from '../running.call.js';

/** What a legacy call needs of the connection that it came in on. */
export interface LegacyCaller {
  readonly client: McpClientInfo | undefined;
  readonly sessionRef: McpSessionRef | undefined;
  readonly logLevel: McpLogLevel;
  subscriptionsOf(call: McpCall): McpSubscriptions | undefined;
  /** To the client, on the stream of the request of that id. */
  notifyAbout(id: string | number, method: string, params: Record<string, unknown>): Promise<void>;
  /** How the call of that id asks its client; `undefined` where nothing could come back. */
  questionsOf(id: string | number, call: RunningCall): SendRequest | undefined;
}

/** Revision of a request that says none (specification 2025-06-18, "Protocol Version Header"). */
const undeclaredVersion = '2025-03-26';

/** The facts of one legacy call. Getters: hardly any call asks for all of them. */
export class LegacyFacts implements CallFacts {
  readonly era = 'legacy';
  /** The call that these are the facts of. */
  call: RunningCall;
  private questions: LegacyQuestions | undefined;

  constructor(
    private readonly caller: LegacyCaller,
    private readonly message: JSONRPCRequest,
    readonly protocolVersion = undeclaredVersion,
  ) {}

  get where(): string {
    return this.message.method;
  }

  get client(): McpClientInfo | undefined {
    return this.caller.client;
  }

  get session(): McpSessionRef | undefined {
    return this.caller.sessionRef;
  }

  get progressToken(): string | number | undefined {
    return this.message.params?._meta?.progressToken;
  }

  get logLevel(): McpLogLevel {
    return this.caller.logLevel;
  }

  get memory(): CallMemory {
    this.questions ??= new LegacyQuestions(
      this.caller.client,
      this.caller.questionsOf(this.message.id, this.call),
    );
    return this.questions;
  }

  subscriptions(call: McpCall): McpSubscriptions | undefined {
    return this.caller.subscriptionsOf(call);
  }

  send(method: string, params: Record<string, unknown>): Promise<void> {
    return this.caller.notifyAbout(this.message.id, method, params);
  }
}

/** The `error` of an answer. What was not thrown for the client is masked and logged under an id. */
export function toError(error: unknown, logger: LoggerService, where: string): object {
  if (!(error instanceof ProtocolError)) {
    return { code: ErrorCode.internalError, message: maskError(error, logger, where) };
  }
  const { code, message, data } = error;
  return { code, message, ...(data !== undefined && { data }) };
}

/** The level that `logging/setLevel` names. Throws `ProtocolError`. */
export function toLogLevel(level: unknown): McpLogLevel {
  if (logLevels.includes(level as McpLogLevel)) return level as McpLogLevel;
  throw new ProtocolError(ErrorCode.invalidParams, `level must be one of ${logLevels.join(', ')}`);
}

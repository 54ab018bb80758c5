import type {
  McpCall,
  McpClientInfo,
  McpEra,
  McpLogLevel,
  McpSessionRef,
  McpSubscriptions,
} from '../context/mcp-call.js';
import type { McpQuestion } from '../context/mcp-question.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { MessageOrigin } from '../transports/mcp.transport.js';

/** What a call has been told by its client, and what it has done already. */
export type CallMemory = Pick<McpCall, 'ask' | 'once'>;

/** What an engine knows of a call from its connection and its message. */
export interface CallFacts {
  readonly era: McpEra;
  readonly protocolVersion: string;
  readonly client?: McpClientInfo;
  readonly session?: McpSessionRef;
  readonly progressToken?: string | number;
  readonly logLevel?: McpLogLevel;
  readonly where: string;
  readonly send: (method: string, params: Record<string, unknown>) => Promise<void>;
  readonly memory: CallMemory;
  readonly subscriptions?: (call: McpCall) => McpSubscriptions | undefined;
}

/** A call from its arrival to its answer: ends by its result, by a time limit, or because somebody aborts it. */
export class RunningCall implements McpCall {
  private controller: AbortController | undefined;
  private timer: NodeJS.Timeout | undefined;
  private reject: ((reason: Error) => void) | undefined;
  private abortReason: Error | undefined;
  private ended = false;

  constructor(
    private readonly origin: MessageOrigin,
    private readonly facts: CallFacts,
  ) {}

  get era(): McpEra {
    return this.facts.era;
  }

  get protocolVersion(): string {
    return this.facts.protocolVersion;
  }

  get client(): McpClientInfo | undefined {
    return this.facts.client;
  }

  get session(): McpSessionRef | undefined {
    return this.facts.session;
  }

  get progressToken(): string | number | undefined {
    return this.facts.progressToken;
  }

  get logLevel(): McpLogLevel | undefined {
    return this.facts.logLevel;
  }

  get where(): string {
    return this.facts.where;
  }

  get request(): object {
    return this.origin.request;
  }

  get auth(): McpAuth | undefined {
    return this.origin.auth;
  }

  get response(): object | undefined {
    return this.origin.response;
  }

  get subscriptions(): McpSubscriptions | undefined {
    return this.facts.subscriptions?.(this);
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.abortReason) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  limitTime(timeout: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.abort(
        new ProtocolError(ErrorCode.internalError, `${this.where} timed out after ${timeout} ms`),
      );
    }, timeout);
    this.timer.unref();
  }

  async notify(method: string, params: Record<string, unknown>): Promise<void> {
    if (this.ended || this.abortReason) return;
    await this.facts.send(method, params).catch(() => undefined);
  }

  closeStream(): void {
    this.origin.closeStream?.();
  }

  ask(question: McpQuestion): Promise<Readonly<Record<string, unknown>>> {
    return this.facts.memory.ask(question);
  }

  once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    return this.facts.memory.once(key, work);
  }

  /** Answers with the outcome of `work`, or with the reason of an abort, whichever is first. */
  run(work: (call: McpCall) => Promise<object>): Promise<object> {
    if (this.abortReason) return Promise.reject(this.abortReason);
    return new Promise<object>((resolve, reject) => {
      this.reject = reject;
      work(this).then(
        (result) => resolve(this.end(result)),
        (error: Error) => reject(this.end(error)),
      );
    });
  }

  /** Ends the call: its signal is aborted, and its caller, where one still listens, reads `reason`. */
  abort(reason: Error): void {
    if (this.ended || this.abortReason) return;
    this.abortReason = reason;
    clearTimeout(this.timer);
    this.controller?.abort(reason);
    this.reject?.(reason);
  }

  private end<T>(outcome: T): T {
    this.ended = true;
    clearTimeout(this.timer);
    return outcome;
  }
}

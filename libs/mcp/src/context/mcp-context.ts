import { createClientLog, type McpClientLog } from './client-log.js';
import type { McpEra } from '../protocol/era.js';
import type { McpCall, McpClientInfo, McpSessionRef } from './mcp-call.js';
import type { Type } from '@nestjs/common';
import { letOthersRun } from './event-loop-turn.js';
import type { SchemaSource } from '../schema/to-schema.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import {
  elicit,
  elicitUrl,
  roots,
  sample,
  type McpAnswer,
  type McpQuestionOptions,
  type McpRoot,
  type McpSamplingRequest,
  type McpSamplingResult,
} from './mcp-interaction.js';
import { brand } from '../errors/package-brand.js';

/** The primitive that a call runs. */
export interface McpPrimitiveInfo {
  readonly kind: 'tool' | 'resource' | 'prompt' | 'completion' | 'skill';
  /** The name of the primitive; of a resource its name, not its URI; of a skill the folder that was declared. */
  readonly name: string;
}

/** A schema of a library (Zod, …) whose type tells TypeScript what it validates. */
interface TypedSchema {
  readonly '~standard': { readonly types?: { readonly output: unknown } | undefined };
}

/**
 * The context of a call: information on the caller, and messages to it. Inject it into a handler by type (`context:
 * McpContext`) or by `@McpCtx()`.
 */
export class McpContext {
  static {
    brand(this, 'McpContext');
  }

  /** The primitive that this call runs. */
  readonly primitive: McpPrimitiveInfo;
  /** The requested URI, exactly as the client sent it; resources only. */
  readonly uri?: string;
  /** The other arguments that are already filled in; completions only. */
  readonly arguments?: Readonly<Record<string, string>>;
  private readonly becomeTask: (() => Promise<void>) | undefined;

  constructor(
    private readonly call: McpCall,
    detail: {
      primitive: McpPrimitiveInfo;
      uri?: string;
      arguments?: Readonly<Record<string, string>>;
      beginTask?: () => Promise<void>;
    },
  ) {
    this.primitive = detail.primitive;
    this.uri = detail.uri;
    this.arguments = detail.arguments;
    this.becomeTask = detail.beginTask;
  }

  /** The authenticated caller of this call; `undefined`: anonymous. */
  get auth(): McpAuth | undefined {
    return this.call.auth;
  }

  /** The HTTP request of this call (Express's or Fastify's own); an empty object over stdio and in memory. */
  get request(): object {
    return this.call.request;
  }

  /** The session of a legacy client; `undefined` for calls without a session. */
  get session(): McpSessionRef | undefined {
    return this.call.session;
  }

  /** Aborted on cancellation, timeout, shutdown, and when no client can receive the result any more. */
  get signal(): AbortSignal {
    return this.call.signal;
  }

  get era(): McpEra {
    return this.call.era;
  }

  /** The protocol revision negotiated with this client. */
  get protocolVersion(): string {
    return this.call.protocolVersion;
  }

  /** The client's self-reported name and version. Not verified. */
  get client(): McpClientInfo | undefined {
    return this.call.client;
  }

  /**
   * The `_meta` of the request, read-only and as the client sent it. Not verified. It contains the W3C trace context
   * (`traceparent`, `tracestate`, `baggage`) if the client sends one.
   */
  get meta(): Readonly<Record<string, unknown>> {
    return Object.freeze({ ...this.call.meta });
  }

  /**
   * Reports progress, if the client has asked for it; `done` must grow with each report. Await it: the promise resolves
   * when the client is ready for more, so that a fast handler does not overrun a slow client. Never rejects: a report
   * whose `done` is not a finite number is dropped, and so is such a `total`.
   */
  async progress(done: number, total?: number, message?: string): Promise<void> {
    await letOthersRun();
    const { progressToken } = this.call;
    if (progressToken === undefined || !Number.isFinite(done)) return;
    await this.call.notify('notifications/progress', {
      progressToken,
      progress: done,
      ...(Number.isFinite(total) && { total }),
      ...(message !== undefined && { message }),
    });
  }

  /** Sends log messages to the client, not to the server's log. */
  get log(): McpClientLog {
    return createClientLog(this.call);
  }

  /**
   * Asks the user to fill in a form that is made of a DTO class or a schema. In the modern era the handler runs again
   * from the top when the answer has arrived (multi-round-trip): ask before any side effect, or put side effects into
   * `once`.
   */
  elicit<T extends object>(
    form: Type<T>,
    message: string,
    options?: McpQuestionOptions,
  ): Promise<McpAnswer<T>>;
  elicit<S extends TypedSchema>(
    form: S,
    message: string,
    options?: McpQuestionOptions,
  ): Promise<McpAnswer<NonNullable<S['~standard']['types']>['output']>>;
  elicit(
    form: SchemaSource,
    message: string,
    options?: McpQuestionOptions,
  ): Promise<McpAnswer<Record<string, unknown>>>;
  elicit(
    form: SchemaSource | TypedSchema,
    message: string,
    options?: McpQuestionOptions,
  ): Promise<McpAnswer<unknown>> {
    return asked(elicit(this.call, form as SchemaSource, message, options));
  }

  /**
   * Asks the user to open a URL, for data that must not pass through the client. `accept` means that the user has
   * agreed to open it.
   */
  elicitUrl(
    url: string,
    message: string,
    options?: McpQuestionOptions,
  ): Promise<{ action: 'accept' | 'decline' | 'cancel' }> {
    return asked(elicitUrl(this.call, url, message, options));
  }

  /** Requests a completion of the client's model (sampling). */
  sample(request: McpSamplingRequest, options?: McpQuestionOptions): Promise<McpSamplingResult> {
    return asked(sample(this.call, request, options));
  }

  /** Requests the directories that the client has opened (roots). */
  roots(options?: McpQuestionOptions): Promise<McpRoot[]> {
    return asked(roots(this.call, options));
  }

  /**
   * Runs `work` once for the call, however often the handler runs. Later runs get the first result, which must be JSON
   * and which the client can read. A client that sends its first request twice makes two calls; `once` does not protect
   * against that. The state between two runs can be used once in one process, and for an hour.
   */
  once<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    return asked(this.call.once(key, work));
  }

  /**
   * Turns the call into a task (tools with `task` and `beginsTask`): the client gets a task handle, and further
   * questions wait in the task instead of running the handler again. Does nothing if the client does not support tasks,
   * or if the call is a task already.
   */
  beginTask(): Promise<void> {
    return asked(this.becomeTask?.() ?? Promise.resolve());
  }

  /** Ends the stream of this call early; a client of 2025-11-25 resumes it to get the result. */
  closeStream(): void {
    this.call.closeStream();
  }
}

/** A handler need not await every question. A question that it drops must not become an unhandled rejection. */
function asked<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}

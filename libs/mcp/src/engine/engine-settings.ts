import type { LoggerService } from '@nestjs/common';
import type { McpCacheHint } from '../primitives/cache-hint.js';
import type { McpIcon } from '../primitives/mcp.primitive.js';
import type { MethodTable } from '../primitives/method-table.js';
import type { Seal } from '../primitives/seal.js';
import type { ProcessSettings } from './other-processes.js';
import type { UsedStates } from './modern/used-states.js';
import type { OwnerTallies } from '../sessions/owner-tally.js';
import type { TaskMethods } from '../tasks/task.methods.js';
import type { CallObserver } from './call-observer.js';
import type { HeaderParam, McpLimits } from '../transports/mcp.transport.js';

/** Who a server says it is (`Implementation` of the specification), and how to use it. */
export interface McpIdentity {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  readonly websiteUrl?: string;
  readonly icons?: McpIcon[];
}

/** What an engine serves: the same for every client of one server. */
export interface EngineSettings {
  readonly identity: McpIdentity;
  readonly instructions?: string;
  readonly methods: MethodTable;
  /** The extension Tasks, for clients of the modern era. */
  readonly tasks: Pick<TaskMethods, 'methods' | 'isOffered' | 'begin' | 'known'>;
  /** What is offered at the moment. */
  readonly capabilities: () => Readonly<Record<string, object>>;
  /** Time limit of a call in ms; `undefined`: none. */
  readonly timeout?: number;
  readonly logger: LoggerService;
  /** Signs the state of calls that wait for an answer. */
  readonly seal: Seal;
  /** Which of those states have served already. */
  readonly usedStates: UsedStates;
  /** Hint for what says nothing of its own; default: not to be kept. */
  readonly cache?: McpCacheHint;
  readonly limits: Pick<McpLimits, 'subscriptions'>;
  /** Counts what each caller has open. */
  readonly owners: OwnerTallies;
  /** Are told of every message of a client. */
  readonly observers?: readonly CallObserver[];
  /** The other processes that serve this server; `undefined`: there is none. */
  readonly processes?: ProcessSettings | undefined;
  /** Inputs of a tool that its requests repeat in headers. */
  readonly headersOf: (tool: string) => readonly HeaderParam[];
}

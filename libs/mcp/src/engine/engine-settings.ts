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
import type { HeaderParam } from '../transports/mcp.transport.js';
import type { McpLimits } from '../transports/mcp-limits.js';

/** The name and version of a server (`Implementation` of the specification), and its instructions. */
export interface McpIdentity {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  readonly websiteUrl?: string;
  readonly icons?: McpIcon[];
}

/** The settings of an engine, the same for every client of one server. */
export interface EngineSettings {
  readonly identity: McpIdentity;
  readonly instructions?: string;
  readonly methods: MethodTable;
  /** The extension Tasks, for clients of the modern era. */
  readonly tasks: Pick<TaskMethods, 'methods' | 'isOffered' | 'begin' | 'known'>;
  /** The current capabilities. */
  readonly capabilities: () => Readonly<Record<string, object>>;
  /** Time limit of a call in ms; `undefined`: none. */
  readonly timeout?: number;
  readonly logger: LoggerService;
  /** Signs the state of calls that wait for an answer. */
  readonly seal: Seal;
  /** The states that have been used already. */
  readonly usedStates: UsedStates;
  /** The cache hint for results without one. Default: no caching. */
  readonly cache?: McpCacheHint;
  readonly limits: Pick<McpLimits, 'subscriptions'>;
  /** Counts the open calls and streams of each caller. */
  readonly owners: OwnerTallies;
  /** They observe every message of a client. */
  readonly observers?: readonly CallObserver[];
  /** The other processes of this server; `undefined` if there are none. */
  readonly processes?: ProcessSettings | undefined;
  /** The inputs of a tool that requests repeat in headers. */
  readonly headersOf: (tool: string) => readonly HeaderParam[];
}

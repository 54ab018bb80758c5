import type { LoggerService } from '@nestjs/common';
import type { McpIcon } from '../primitives/mcp.primitive.js';
import type { MethodTable } from '../primitives/method-table.js';

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
  readonly capabilities: Readonly<Record<string, object>>;
  /** Time limit of a call in ms; `undefined`: none. */
  readonly timeout?: number;
  readonly logger: LoggerService;
}

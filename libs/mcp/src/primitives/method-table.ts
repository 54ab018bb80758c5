import type { McpCall } from '../context/mcp-call.js';
import type { TargetTable } from '../access/primitive-access.js';

/** Answers one protocol method. `params` is whatever the client sent. */
export type McpMethod = (
  params: Readonly<Record<string, unknown>>,
  call: McpCall,
) => Promise<object>;

/** The protocol methods that a kind brings, by name. */
export type MethodTable = Readonly<Record<string, McpMethod>>;

/** What a kind of primitives is to its server: methods, capabilities, and news of changes. */
export interface MethodSet {
  readonly methods: MethodTable;
  /** The methods that address one primitive: who lacks its scopes is refused before they run, where the transport still can. */
  readonly targets: TargetTable;
  /** The part of the server's capabilities that this kind stands for; empty where nothing is offered. */
  capabilities(): Record<string, object>;
  /** Notifications that clients get after a change, by method. */
  onChange(listener: (notification: string) => void): void;
}

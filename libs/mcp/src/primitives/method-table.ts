import type { McpCall } from '../context/mcp-call.js';
import type { TargetTable } from '../access/primitive-access.js';

/** Runs one protocol method. `params` are the unvalidated parameters of the client. */
export type McpMethod = (
  params: Readonly<Record<string, unknown>>,
  call: McpCall,
) => Promise<object>;

/** The protocol methods of a kind, by name. */
export type MethodTable = Readonly<Record<string, McpMethod>>;

/** The interface of a kind of primitives to its server: methods, capabilities, and notifications. */
export interface MethodSet {
  readonly methods: MethodTable;
  /**
   * The methods that address one primitive. A caller without its scopes is refused before they run, if the transport
   * can still do so.
   */
  readonly targets: TargetTable;
  /** The server capabilities of this kind; empty if it has no primitives. */
  capabilities(): Record<string, object>;
  /** Registers the listener for change notifications, by method. */
  onChange(listener: (notification: string) => void): void;
}

import type { McpTestAnswers } from './test-answers.js';
import type { McpTestNotification, McpTestRequestOptions } from './test-conversation.js';
import type { McpTestRecords } from './test-records.js';
import type { TestWire } from './test-wire.js';
import type { WireLog } from './wire-log.js';

/** The server's name, version, capabilities and instructions. */
export interface ServerIntroduction {
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: Readonly<Record<string, object>>;
  readonly instructions?: string;
}

/** Settings of a dialect. */
export interface DialectSettings {
  readonly wire: TestWire;
  readonly log: WireLog;
  /** ms */
  readonly timeout: number;
  readonly answers: McpTestAnswers | undefined;
  /** Declared in addition to those that follow from `answers`. */
  readonly capabilities: Readonly<Record<string, object>>;
  readonly clientInfo: { readonly name: string; readonly version: string };
  /** The legacy revision that the client requests. */
  readonly protocolVersion: string;
  readonly onNotification: (notification: McpTestNotification) => void;
}

/** The client side of one era. */
export interface TestDialect {
  connect(): Promise<ServerIntroduction>;
  /** Sends a request, and answers the server's questions until its result arrives. */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options?: McpTestRequestOptions,
    records?: McpTestRecords,
  ): Promise<Record<string, unknown>>;
  /** Subscribes to the changes of a resource. The returned function ends the subscription. */
  subscribe(uri: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

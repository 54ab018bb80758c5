import type { McpTestAnswers } from './test-answers.js';
import type { McpTestNotification, McpTestRequestOptions } from './test-conversation.js';
import type { McpTestRecords } from './test-records.js';
import type { TestWire } from './test-wire.js';
import type { WireLog } from './wire-log.js';

/** What a server says of itself when a client comes. */
export interface ServerIntroduction {
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: Readonly<Record<string, object>>;
  readonly instructions?: string;
}

/** What the dialect of an era is made of. */
export interface DialectSettings {
  readonly wire: TestWire;
  readonly log: WireLog;
  /** ms */
  readonly timeout: number;
  readonly answers: McpTestAnswers | undefined;
  /** Declared beside those that follow from `answers`. */
  readonly capabilities: Readonly<Record<string, object>>;
  readonly clientInfo: { readonly name: string; readonly version: string };
  /** The legacy revision to ask for. */
  readonly protocolVersion: string;
  readonly onNotification: (notification: McpTestNotification) => void;
}

/** The client's side of one era. */
export interface TestDialect {
  connect(): Promise<ServerIntroduction>;
  /** Sends a request, and answers what the server asks meanwhile. */
  request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options?: McpTestRequestOptions,
    records?: McpTestRecords,
  ): Promise<Record<string, unknown>>;
  /** Asks for the changes of a resource; the return ends that. */
  subscribe(uri: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

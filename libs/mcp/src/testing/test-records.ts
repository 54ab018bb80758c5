/** One progress notification of a call. */
export interface McpTestProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** One line that a handler has written to the client's log. */
export interface McpTestLogLine {
  readonly level: string;
  readonly data: unknown;
  readonly logger?: string;
}

/** A question of the server to the client. */
export interface McpTestQuestion {
  readonly kind: 'elicitation' | 'sampling' | 'roots';
  /** The `key` of the question, or its ordinal in the call: `'1'`. */
  readonly key: string;
  /** What the user reads; elicitation only. */
  readonly message?: string;
  /** The parameters of the request as they are on the wire. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** A question, and what the client has answered. */
export interface McpTestAnswered extends McpTestQuestion {
  readonly answer: unknown;
}

/** What a call did besides its result. */
export interface McpTestRecords {
  readonly progress: McpTestProgress[];
  readonly logs: McpTestLogLine[];
  readonly asked: McpTestAnswered[];
}

/** Records of a call that has not begun. */
export function noRecords(): McpTestRecords {
  return { progress: [], logs: [], asked: [] };
}

/** Keeps a progress or log notification, with the fields that it has and no others. */
export function record(
  records: McpTestRecords,
  method: string,
  params: Readonly<Record<string, unknown>>,
): void {
  const { progressToken: _token, _meta, ...rest } = params;
  if (method === 'notifications/progress') records.progress.push(rest as never);
  else records.logs.push(rest as never);
}

/** One progress notification of a call. */
export interface McpTestProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** A line that a handler has sent to the client's log. */
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
  /** The text for the user; elicitation only. */
  readonly message?: string;
  /** The raw parameters of the request. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** A question, and the client's answer. */
export interface McpTestAnswered extends McpTestQuestion {
  readonly answer: unknown;
}

/** What a call sent besides its result. */
export interface McpTestRecords {
  readonly progress: McpTestProgress[];
  readonly logs: McpTestLogLine[];
  readonly asked: McpTestAnswered[];
}

/** The empty records of a call that has not begun. */
export function noRecords(): McpTestRecords {
  return { progress: [], logs: [], asked: [] };
}

/** Records a progress or log notification, with the fields that it has and no others. */
export function record(
  records: McpTestRecords,
  method: string,
  params: Readonly<Record<string, unknown>>,
): void {
  const { progressToken: _token, _meta, ...rest } = params;
  if (method === 'notifications/progress') records.progress.push(rest as never);
  else records.logs.push(rest as never);
}

import type { Observable } from 'rxjs';
import type { McpContext } from '../context/mcp-context.js';
import type { McpContent } from '../primitives/content.js';
import type { McpTestRecords } from './test-records.js';

/** The result of a tool call, and what the tool sent before it. */
export interface McpTestToolResult<Structured = unknown> extends McpTestRecords {
  /** The texts of the content, joined by line breaks. */
  readonly text: string;
  /** `structuredContent`, without the `{ result }` of legacy revisions; `undefined` if there is none. */
  readonly structured: Structured;
  readonly content: readonly McpContent[];
  readonly isError: boolean;
  /** HTTP status of the exception that refused the call, if it was an `HttpException`. */
  readonly status?: number;
  /** The raw result. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The result of reading a resource. */
export interface McpTestResourceResult extends McpTestRecords {
  /** The texts of the contents, joined by line breaks. */
  readonly text: string;
  readonly contents: readonly Readonly<Record<string, unknown>>[];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The result of getting a prompt. */
export interface McpTestPromptResult extends McpTestRecords {
  readonly description?: string;
  /** The texts of the messages, joined by line breaks. */
  readonly text: string;
  readonly messages: readonly { readonly role: string; readonly content: McpContent }[];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The result of a completion. */
export interface McpTestCompletion {
  readonly values: readonly string[];
  readonly total?: number;
  readonly hasMore?: boolean;
}

/**
 * The target of a completion: a prompt by its name, or a resource template; the specification's own form is accepted
 * too.
 */
export type McpTestReference =
  | { readonly prompt: string }
  | { readonly resource: string }
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string };

type Method = (...parameters: never[]) => unknown;

/** The names of the methods of a class. */
export type MethodName<Host> = {
  [Name in keyof Host]: Host[Name] extends Method ? Name : never;
}[keyof Host] &
  string;

/** The input of a tool by its method: its first parameter if that is an object, else any named inputs. */
export type ToolInput<Callback> = Callback extends (first: infer First, ...rest: never[]) => unknown
  ? First extends McpContext
    ? Record<string, never>
    : First extends object
      ? First
      : Record<string, unknown>
  : Record<string, unknown>;

/** The structured content of a tool by its method. In legacy revisions, lists are only sent if they are declared. */
export type ToolOutput<Callback> = Callback extends (...parameters: never[]) => infer Returned
  ? WhereDeclared<Unwrapped<Awaited<Returned>>>
  : unknown;

type WhereDeclared<Value> = Value extends readonly unknown[] ? Value | undefined : Value;

type Unwrapped<Value> =
  Value extends Observable<infer Last>
    ? Last
    : Value extends AsyncIterable<infer Item>
      ? Item[]
      : Value;

/** A reference in the form of the specification. */
export function toReference(ref: McpTestReference): object {
  if ('type' in ref) return ref;
  return 'prompt' in ref
    ? { type: 'ref/prompt', name: ref.prompt }
    : { type: 'ref/resource', uri: ref.resource };
}

/** Converts a result of `tools/call` for tests. */
export function toToolResult(
  raw: Readonly<Record<string, unknown>>,
  records: McpTestRecords,
  isWrapped: boolean,
): McpTestToolResult {
  const structured = raw.structuredContent as Record<string, unknown> | undefined;
  const content = (raw.content ?? []) as McpContent[];
  const status = (raw._meta as Record<string, unknown> | undefined)?.['nestjs-mcp/status'];
  return {
    text: textOf(content),
    structured: isWrapped ? structured?.result : structured,
    content,
    isError: raw.isError === true,
    ...(typeof status === 'number' && { status }),
    ...records,
    raw,
  };
}

/** Converts a result of `resources/read` for tests. */
export function toResourceResult(
  raw: Readonly<Record<string, unknown>>,
  records: McpTestRecords,
): McpTestResourceResult {
  const contents = raw.contents as Record<string, unknown>[];
  return { text: textOf(contents), contents, ...records, raw };
}

/** Converts a result of `prompts/get` for tests. */
export function toPromptResult(
  raw: Readonly<Record<string, unknown>>,
  records: McpTestRecords,
): McpTestPromptResult {
  const messages = raw.messages as McpTestPromptResult['messages'];
  const { description } = raw;
  return {
    ...(typeof description === 'string' && { description }),
    text: textOf(messages.map(({ content }) => content)),
    messages,
    ...records,
    raw,
  };
}

function textOf(blocks: readonly object[]): string {
  return blocks
    .map((block) => (block as { text?: unknown }).text)
    .filter((text) => typeof text === 'string')
    .join('\n');
}

import type { Observable } from 'rxjs';
import type { McpContext } from '../context/mcp-context.js';
import type { McpContent } from '../primitives/content.js';
import type { McpTestRecords } from './test-records.js';

/** What a tool has answered, and what it did meanwhile. */
export interface McpTestToolResult<Structured = unknown> extends McpTestRecords {
  /** The texts of the content, joined by line breaks. */
  readonly text: string;
  /** `structuredContent`, without the `{ result }` of legacy revisions; `undefined` where there is none. */
  readonly structured: Structured;
  readonly content: readonly McpContent[];
  readonly isError: boolean;
  /** HTTP status of the exception that refused the call, where it was one of HTTP. */
  readonly status?: number;
  /** The result as it was on the wire. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What a resource has answered. */
export interface McpTestResourceResult extends McpTestRecords {
  /** The texts of the contents, joined by line breaks. */
  readonly text: string;
  readonly contents: readonly Readonly<Record<string, unknown>>[];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What a prompt has answered. */
export interface McpTestPromptResult extends McpTestRecords {
  readonly description?: string;
  /** The texts of the messages, joined by line breaks. */
  readonly text: string;
  readonly messages: readonly { readonly role: string; readonly content: McpContent }[];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What a completion has answered. */
export interface McpTestCompletion {
  readonly values: readonly string[];
  readonly total?: number;
  readonly hasMore?: boolean;
}

/** What a completion is for: a prompt by its name, or a resource template; the specification's own form is taken too. */
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

/** The input of a tool by its method: its first parameter where that is an object, else any named inputs. */
export type ToolInput<Callback> = Callback extends (first: infer First, ...rest: never[]) => unknown
  ? First extends McpContext
    ? Record<string, never>
    : First extends object
      ? First
      : Record<string, unknown>
  : Record<string, unknown>;

/** The structured content that a tool answers by its method. Legacy revisions get a list only where it is declared. */
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

/** A reference as the specification writes it. */
export function toReference(ref: McpTestReference): object {
  if ('type' in ref) return ref;
  return 'prompt' in ref
    ? { type: 'ref/prompt', name: ref.prompt }
    : { type: 'ref/resource', uri: ref.resource };
}

/** Makes a result of `tools/call` readable. */
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

/** Makes a result of `resources/read` readable. */
export function toResourceResult(
  raw: Readonly<Record<string, unknown>>,
  records: McpTestRecords,
): McpTestResourceResult {
  const contents = raw.contents as Record<string, unknown>[];
  return { text: textOf(contents), contents, ...records, raw };
}

/** Makes a result of `prompts/get` readable. */
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

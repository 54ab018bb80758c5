import { buffer } from 'node:stream/consumers';
import { StreamableFile } from '@nestjs/common';
import { assertJson } from '../errors/json-check.js';
import {
  degradeContent,
  embedded,
  image,
  audio,
  isContent,
  isPlainObject,
  text,
  type McpContent,
} from '../primitives/content.js';
import { toJsonText, UnusableResultError } from '../primitives/json-value.js';
import type { McpSchema } from '../schema/mcp.schema.js';

/** A complete result of a tool (`CallToolResult` of the specification). */
export interface McpToolResult {
  content: McpContent[];
  structuredContent?: unknown;
  isError?: boolean;
  _meta?: Record<string, unknown>;
}

/** The tool and the caller of a result. */
export interface ToolResultTarget {
  /** The name of the tool, for the URIs of embedded bytes. */
  readonly name: string;
  readonly output?: McpSchema;
  readonly protocolVersion: string;
  readonly era: 'legacy' | 'modern';
}

/** The beginning of the answer if a tool has run and its result does not match its declared output. */
export const lostResult = 'The tool has run, but its result does not fit its declared output';

/** Converts the returned value of a method to a protocol result. Throws `UnusableResultError`. */
export function toToolResult(
  value: unknown,
  target: ToolResultTarget,
): McpToolResult | Promise<McpToolResult> {
  if (target.output) return declaredResult(value, target.output, target);
  if (value instanceof StreamableFile) return fileResult(value, target);
  const result = undeclaredResult(value, target);
  result.content = result.content.map((block) => degradeContent(block, target.protocolVersion));
  return result;
}

function undeclaredResult(value: unknown, target: ToolResultTarget): McpToolResult {
  if (value === undefined || value === null) return { content: [] };
  if (typeof value === 'string') return { content: [text(value)] };
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return { content: [text(String(value))] };
  }
  if (value instanceof Uint8Array)
    return { content: [bytes(value, 'application/octet-stream', target)] };
  const given = givenResult(value);
  if (given) {
    assertJson(given);
    return given;
  }
  // Revisions before 2025-06-18 do not define structured content, but their clients may support it. The JSON form is
  // checked, because instances may define `toJSON`.
  const json = toJsonText(value);
  const plain: unknown = JSON.parse(json);
  const structured =
    typeof plain === 'object' &&
    plain !== null &&
    (target.era === 'modern' || !Array.isArray(plain));
  return { content: [toText(plain, json)], ...(structured && { structuredContent: plain }) };
}

/** The result of a method that returns content blocks or a whole result; `undefined` for data. */
function givenResult(value: unknown): McpToolResult | undefined {
  if (isContent(value)) return { content: [value] };
  if (Array.isArray(value) && value.length > 0 && value.every(isContent)) return { content: value };
  return isToolResult(value) ? { ...value, content: value.content ?? [] } : undefined;
}

async function declaredResult(
  value: unknown,
  output: McpSchema,
  target: ToolResultTarget,
): Promise<McpToolResult> {
  const checked = await output.validate(value ?? null);
  if (checked.issues) {
    const lines = checked.issues.map(({ path = [], message }) => `${toPath(path)}: ${message}`);
    throw new UnusableResultError(
      `the result does not fit the declared output:\n${lines.join('\n')}`,
    );
  }
  const json = toJsonText(checked.value);
  const plain: unknown = JSON.parse(json);
  const wrapped = target.era === 'legacy' && output.json.type !== 'object';
  return {
    content: [toText(plain, json)],
    structuredContent: wrapped ? { result: plain } : plain,
  };
}

/** A text as it is, any other value as JSON. */
function toText(plain: unknown, json: string): McpContent {
  return text(typeof plain === 'string' ? plain : json);
}

/** `items[0].qty` */
function toPath(path: readonly PropertyKey[]): string {
  const written = path.map((key) =>
    /^\d+$/.test(String(key)) ? `[${String(key)}]` : `.${String(key)}`,
  );
  return written.join('').replace(/^\./, '') || '(root)';
}

function isToolResult(value: unknown): value is Partial<McpToolResult> {
  if (!isPlainObject(value)) return false;
  const keys = Object.keys(value);
  return (
    (Array.isArray(value.content)
      ? value.content.every(isContent)
      : value.content === undefined && 'structuredContent' in value && 'isError' in value) &&
    keys.every((key) => ['content', 'structuredContent', 'isError', '_meta'].includes(key))
  );
}

async function fileResult(value: StreamableFile, target: ToolResultTarget): Promise<McpToolResult> {
  const data = await buffer(value.getStream());
  const block = bytes(data, value.getHeaders().type ?? 'application/octet-stream', target);
  return { content: [degradeContent(block, target.protocolVersion)] };
}

function bytes(data: Uint8Array, mimeType: string, target: ToolResultTarget): McpContent {
  if (mimeType.startsWith('image/')) return image(data, mimeType);
  if (mimeType.startsWith('audio/')) return audio(data, mimeType);
  return embedded(`tool://${encodeURIComponent(target.name)}/result`, { blob: data, mimeType });
}

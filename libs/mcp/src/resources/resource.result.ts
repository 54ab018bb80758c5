import { buffer } from 'node:stream/consumers';
import { StreamableFile } from '@nestjs/common';
import {
  isPlainObject,
  isResourceContents,
  toBase64,
  type McpResourceContents,
} from '../primitives/content.js';
import { toJsonText } from '../primitives/json-value.js';

/**
 * Converts the returned value of a method to `contents`; `undefined` if it returned nothing, which means that there is
 * no such resource. Throws `UnusableResultError` for values that JSON cannot express.
 */
export async function toResourceContents(
  value: unknown,
  uri: string,
  mimeType: string | undefined,
): Promise<McpResourceContents[] | undefined> {
  if (value === undefined || value === null) return undefined;
  const withText = (text: string, fallback: string) => [
    { uri, mimeType: mimeType ?? fallback, text },
  ];
  if (typeof value === 'string') return withText(value, 'text/plain');
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return withText(String(value), 'text/plain');
  }
  if (value instanceof Uint8Array) return [blob(value, uri, mimeType)];
  if (value instanceof StreamableFile) {
    const data = await buffer(value.getStream());
    return [blob(data, uri, mimeType ?? value.getHeaders().type)];
  }
  if (isPlainObject(value) && isContentsList(value.contents)) return value.contents;
  return withText(toJsonText(value, 2), 'application/json');
}

function blob(
  data: Uint8Array,
  uri: string,
  mimeType = 'application/octet-stream',
): McpResourceContents {
  return { uri, mimeType, blob: toBase64(data) };
}

function isContentsList(value: unknown): value is McpResourceContents[] {
  return Array.isArray(value) && value.every(isResourceContents);
}

import { buffer } from 'node:stream/consumers';
import { StreamableFile } from '@nestjs/common';
import {
  isPlainObject,
  isResourceContents,
  toBase64,
  type McpResourceContents,
} from '../primitives/content.js';

/**
 * Converts the returned value of a method to `contents`; `undefined` if it returned nothing, which means that there is
 * no such resource.
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
  if (typeof value !== 'object') return withText(`${value as string | number}`, 'text/plain');
  if (value instanceof Uint8Array) return [blob(value, uri, mimeType)];
  if (value instanceof StreamableFile) {
    const data = await buffer(value.getStream());
    return [blob(data, uri, mimeType ?? value.getHeaders().type)];
  }
  if (isPlainObject(value) && isContentsList(value.contents)) return value.contents;
  return withText(JSON.stringify(value, undefined, 2), 'application/json');
}

function blob(
  data: Uint8Array,
  uri: string,
  mimeType = 'application/octet-stream',
): McpResourceContents {
  return { uri, mimeType, blob: toBase64(data) };
}

function isContentsList(value: unknown): value is McpResourceContents[] {
  return Array.isArray(value) && value.length > 0 && value.every(isResourceContents);
}

/** Hints for the client on a content block: its audience and its priority (0 to 1). */
export interface McpAnnotations {
  audience?: ('user' | 'assistant')[];
  priority?: number;
  lastModified?: string;
}

interface ContentExtras {
  annotations?: McpAnnotations;
  _meta?: Record<string, unknown>;
}

/** Text or bytes (base64) under a URI. */
export type McpResourceContents = {
  uri: string;
  mimeType?: string;
  _meta?: Record<string, unknown>;
} & ({ text: string } | { blob: string });

/** A content block of a tool's result or a prompt (`ContentBlock` of the specification). */
export type McpContent =
  | ({ type: 'text'; text: string } & ContentExtras)
  | ({ type: 'image' | 'audio'; data: string; mimeType: string } & ContentExtras)
  | ({
      type: 'resource_link';
      uri: string;
      name: string;
      title?: string;
      description?: string;
      mimeType?: string;
      size?: number;
      icons?: object[];
    } & ContentExtras)
  | ({ type: 'resource'; resource: McpResourceContents } & ContentExtras);

/** A text block. */
export function text(value: string): McpContent {
  return { type: 'text', text: value };
}

/** An image block from bytes or base64. */
export function image(data: Uint8Array | string, mimeType: string): McpContent {
  return { type: 'image', data: toBase64(data), mimeType };
}

/** An audio block from bytes or base64. */
export function audio(data: Uint8Array | string, mimeType: string): McpContent {
  return { type: 'audio', data: toBase64(data), mimeType };
}

/** A link to a resource that the client may read. */
export function resourceLink(
  uri: string,
  link: { name: string; mimeType?: string; description?: string; title?: string; size?: number },
): McpContent {
  return { type: 'resource_link', uri, ...link };
}

/** A resource inside the result: text, or bytes as base64. */
export function embedded(
  uri: string,
  contents: ({ text: string } | { blob: Uint8Array | string }) & { mimeType?: string },
): McpContent {
  const resource =
    'blob' in contents ? { ...contents, blob: toBase64(contents.blob) } : { ...contents };
  return { type: 'resource', resource: { uri, ...resource } };
}

/** Bytes as base64; a base64 string is unchanged. */
export function toBase64(data: Uint8Array | string): string {
  if (typeof data === 'string') return data;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}

const extras = ['type', 'annotations', '_meta'];
const shapes: Record<string, { required: string[]; optional: string[] }> = {
  text: { required: ['text'], optional: [] },
  image: { required: ['data', 'mimeType'], optional: [] },
  audio: { required: ['data', 'mimeType'], optional: [] },
  resource_link: {
    required: ['uri', 'name'],
    optional: ['title', 'description', 'mimeType', 'size', 'icons'],
  },
};

/** Whether a value is a content block: a plain object of exactly that shape. */
export function isContent(value: unknown): value is McpContent {
  if (!isPlainObject(value) || typeof value.type !== 'string') return false;
  const keys = Object.keys(value);
  if (value.type === 'resource') {
    return (
      isResourceContents(value.resource) &&
      keys.every((k) => k === 'resource' || extras.includes(k))
    );
  }
  const shape = Object.hasOwn(shapes, value.type) ? shapes[value.type] : undefined;
  return (
    shape !== undefined &&
    shape.required.every((key) => typeof value[key] === 'string') &&
    keys.every(
      (k) => shape.required.includes(k) || shape.optional.includes(k) || extras.includes(k),
    )
  );
}

/** Whether a value is one item of `contents`: a URI with text or a blob. */
export function isResourceContents(value: unknown): value is McpResourceContents {
  return (
    isPlainObject(value) &&
    typeof value.uri === 'string' &&
    (typeof value.text === 'string') !== (typeof value.blob === 'string') &&
    Object.keys(value).every((k) => ['uri', 'text', 'blob', 'mimeType', '_meta'].includes(k))
  );
}

/** An object literal (or one without a prototype), not an instance of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Converts a block for an older revision: audio was added in 2025-03-26, links in 2025-06-18. */
export function degradeContent(block: McpContent, protocolVersion: string): McpContent {
  if (block.type === 'audio' && protocolVersion < '2025-03-26') {
    return embedded('data:audio', { blob: block.data, mimeType: block.mimeType });
  }
  if (block.type === 'resource_link' && protocolVersion < '2025-06-18') {
    return text(`${block.title ?? block.name}: ${block.uri}`);
  }
  return block;
}

/** The parts of a content block of any revision that are shown. */
export interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly data?: string;
  readonly mimeType?: string;
  readonly uri?: string;
  readonly name?: string;
  readonly resource?: {
    readonly uri: string;
    readonly text?: string;
    readonly blob?: string;
    readonly mimeType?: string;
  };
}

/** Content for a terminal: texts as they are, everything else as a line with a description. */
export function toText(content: readonly ContentBlock[]): string {
  return content.map(toLine).join('\n');
}

function toLine({ type, text, data, mimeType, uri, name, resource }: ContentBlock): string {
  if (text !== undefined) return text;
  if (resource?.text !== undefined) return resource.text;
  if (resource)
    return `[${resource.mimeType ?? 'bytes'}, ${sizeOf(resource.blob)}: ${resource.uri}]`;
  if (data !== undefined) return `[${mimeType ?? type}, ${sizeOf(data)}]`;
  return `[${name ?? type}: ${uri ?? ''}]`;
}

function sizeOf(base64 = ''): string {
  return `${Buffer.byteLength(base64, 'base64')} bytes`;
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { ownFolder } from './own-folder.cjs';

/** The content types of the built files. */
const types = {
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'frame.html': 'text/html; charset=utf-8',
} as const;

/** A file of the page. */
export type PageFileName = keyof typeof types;

/** A file of the page with its response headers. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly zipped: Buffer;
  /** The entity tag, which changes with the content. */
  readonly tag: string;
}

/** In the package the built page is beside the two builds of the code, in the workspace beside the sources. */
const folders = ['../../inspector', '../../dist/inspector'];

/** Reads the built page. Throws `McpConfigurationError` if it is missing. */
export function readPage(): Readonly<Record<PageFileName, PageFile>> {
  const folder = folders
    .map((one) => join(ownFolder, one))
    .find((one) => existsSync(join(one, 'app.js')));
  if (folder === undefined) {
    throw new McpConfigurationError(
      'McpInspectorModule',
      'the files of the page are missing.',
      'In a clone of nestjs-mcp run `npm run build:inspector`; otherwise install the package again.',
    );
  }
  const files = Object.entries(types).map(([name, type]) => {
    const bytes = readFileSync(join(folder, name));
    const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return [name, { type, bytes, zipped: gzipSync(bytes), tag }] as const;
  });
  return Object.fromEntries(files) as Record<PageFileName, PageFile>;
}

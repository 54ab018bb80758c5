import { existsSync, readFileSync } from 'node:fs';
import { ExitError } from './exit.error.js';

/** What a server says of itself when a client connects. */
export interface Introduction {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  readonly websiteUrl?: string;
  readonly icons?: readonly object[];
}

/** What a manifest takes from the `package.json` of the working directory. */
export interface PackageFile {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  /** The name in the MCP registry: it must be in the published package, too. */
  readonly mcpName?: string;
  readonly engines?: { readonly node?: string };
}

/** Reads that file; empty where there is none. Throws `ExitError`. */
export function readPackageFile(): PackageFile {
  if (!existsSync('package.json')) return {};
  try {
    return JSON.parse(readFileSync('package.json', 'utf8')) as PackageFile;
  } catch (error) {
    throw new ExitError(`package.json cannot be read as JSON: ${(error as Error).message}`);
  }
}

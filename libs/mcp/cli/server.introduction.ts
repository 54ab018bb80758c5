import { existsSync, readFileSync } from 'node:fs';
import { ExitError } from './exit.error.js';

/** The self-description of a server, which a client receives on connection. */
export interface Introduction {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly description?: string;
  readonly websiteUrl?: string;
  readonly icons?: readonly object[];
}

/** The parts of the working directory's `package.json` that a manifest contains. */
export interface PackageFile {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  /** The name in the MCP registry, which must also be in the published package. */
  readonly mcpName?: string;
  readonly engines?: { readonly node?: string };
}

/** Reads that file; empty if it does not exist. Throws `ExitError`. */
export function readPackageFile(): PackageFile {
  if (!existsSync('package.json')) return {};
  try {
    return JSON.parse(readFileSync('package.json', 'utf8')) as PackageFile;
  } catch (error) {
    throw new ExitError(`package.json cannot be read as JSON: ${(error as Error).message}`);
  }
}

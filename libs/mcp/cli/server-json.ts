import { ExitError } from './exit.error.js';
import type { Introduction, PackageFile } from './server.introduction.js';

const schema = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/** The address of the server for users of the registry. */
export interface Reached {
  readonly url?: string;
  readonly isSse: boolean;
  /** The arguments of the started program. */
  readonly args?: readonly string[];
  readonly env: readonly string[];
}

/**
 * The `server.json` of the MCP registry (schema of 2025-12-11). Throws `ExitError` for values that the registry would
 * refuse.
 */
export function toServerJson(
  server: Introduction,
  file: PackageFile,
  { url, isSse, args, env }: Reached,
): object {
  const name = file.mcpName;
  if (name === undefined || !/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/.test(name)) {
    throw new ExitError(
      'The registry needs a name such as io.github.ann/shop: write it into package.json as "mcpName".',
    );
  }
  const description = server.description ?? file.description ?? server.title ?? server.name;
  if (description.length > 100) {
    throw new ExitError(
      `The registry takes a description of at most 100 characters, and the server's has ${description.length}: give another one by --description.`,
    );
  }
  return {
    $schema: schema,
    name,
    description,
    version: server.version,
    ...(server.title !== undefined && { title: server.title.slice(0, 100) }),
    ...(server.websiteUrl !== undefined && { websiteUrl: server.websiteUrl }),
    ...(server.icons && { icons: server.icons }),
    ...(url !== undefined && { remotes: [{ type: isSse ? 'sse' : 'streamable-http', url }] }),
    ...(args && { packages: [toPackage(file, args, env)] }),
  };
}

function toPackage(file: PackageFile, args: readonly string[], env: readonly string[]): object {
  if (file.name === undefined || file.version === undefined) {
    throw new ExitError('package.json has no name or no version: the registry needs both.');
  }
  return {
    registryType: 'npm',
    identifier: file.name,
    version: file.version,
    runtimeHint: 'npx',
    transport: { type: 'stdio' },
    ...(args.length > 0 && {
      packageArguments: args.map((value) =>
        value.startsWith('-') ? { type: 'named', name: value } : { type: 'positional', value },
      ),
    }),
    ...(env.length > 0 && {
      environmentVariables: env.map((one) => ({ name: one, isRequired: true, isSecret: true })),
    }),
  };
}

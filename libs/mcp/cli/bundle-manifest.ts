import type { McpCatalog } from '../src/catalog/mcp-catalog.js';
import { ExitError } from './exit.error.js';
import type { Introduction, PackageFile } from './server.introduction.js';

/** The command of a bundle, with its paths in the bundle. */
export interface BundleCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

/** The `manifest.json` of an MCP bundle (MCPB 0.3) whose server is a Node program over stdio. Throws `ExitError`. */
export function toBundleManifest(
  server: Introduction,
  file: PackageFile,
  catalog: McpCatalog,
  { program, args, env }: BundleCommand,
): object {
  const [entry, ...rest] = args;
  if (program !== 'node' || entry === undefined || /^(?:-|\/|\.\.)/.test(entry)) {
    throw new ExitError(
      "A bundle holds a Node program: name it by its path in the bundle, as --command 'node dist/main.js --stdio'.",
      2,
    );
  }
  const entryPoint = entry.replace(/^\.\//, '');
  const author = typeof file.author === 'string' ? { name: file.author } : file.author;
  return {
    manifest_version: '0.3',
    name: server.name,
    ...(server.title !== undefined && { display_name: server.title }),
    version: server.version,
    description: server.description ?? file.description ?? server.title ?? server.name,
    author: author ?? { name: server.name },
    ...(file.license !== undefined && { license: file.license }),
    ...(server.websiteUrl !== undefined && { homepage: server.websiteUrl }),
    server: {
      type: 'node',
      entry_point: entryPoint,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${entryPoint}`, ...rest],
        ...(env.length > 0 && {
          env: Object.fromEntries(env.map((name) => [name, `\${user_config.${keyOf(name)}}`])),
        }),
      },
    },
    ...(env.length > 0 && {
      user_config: Object.fromEntries(
        env.map((name) => [
          keyOf(name),
          { type: 'string', title: name, description: name, required: true, sensitive: true },
        ]),
      ),
    }),
    tools: catalog.tools.map(({ name, description }) => ({
      name,
      ...(description !== undefined && { description }),
    })),
    compatibility: { runtimes: { node: file.engines?.node ?? '>=20' } },
  };
}

function keyOf(variable: string): string {
  return variable.toLowerCase();
}

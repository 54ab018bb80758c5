import { writeFileSync } from 'node:fs';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { toBundleManifest } from './bundle-manifest.js';
import { toLlmsText } from './llms-text.js';
import { readPackageFile, type Introduction } from './server.introduction.js';
import { readServerCatalog } from './server.catalog.js';
import { toServerJson } from './server-json.js';
import { splitCommand, type TargetOptions } from './server.target.js';
import type { TerminalOutput } from './terminal.output.js';

/** The manifests that `manifest` writes. */
export const manifests = ['server.json', 'mcpb', 'llms.txt'] as const;

/** The name of a manifest. */
export type ManifestName = (typeof manifests)[number];

/** The options of `manifest`, in addition to those that select the server. */
export interface ManifestOptions extends TargetOptions {
  readonly description?: string;
  readonly env?: readonly string[];
  readonly out?: string;
}

/** `manifest`: writes a manifest from the server's self-description and the primitives that this caller sees. */
export async function manifest(
  client: Client,
  output: TerminalOutput,
  name: ManifestName,
  options: ManifestOptions,
): Promise<void> {
  const { description, out } = options;
  const server = {
    ...(client.getServerVersion() as Introduction),
    ...(description !== undefined && { description }),
  };
  const written =
    name === 'llms.txt'
      ? toLlmsText(server, await readServerCatalog(client))
      : `${JSON.stringify(await toManifest(client, server, name, options), undefined, 2)}\n`;
  if (out === undefined) {
    output.print(written);
    return;
  }
  writeFileSync(out, written);
  output.note(`Wrote ${out}.`);
}

async function toManifest(
  client: Client,
  server: Introduction,
  name: Exclude<ManifestName, 'llms.txt'>,
  { url, command, env = [] }: ManifestOptions,
): Promise<object> {
  const file = readPackageFile();
  const [program = '', ...args] = command === undefined ? [] : splitCommand(command);
  if (name === 'mcpb') {
    return toBundleManifest(server, file, await readServerCatalog(client), { program, args, env });
  }
  return toServerJson(server, file, {
    isSse: url !== undefined && /\/sse\/?$/.test(new URL(url).pathname),
    env,
    ...(url !== undefined && { url }),
    // The path of the running program is not that of the published package.
    ...(command !== undefined && { args: args.slice(1) }),
  });
}

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  UnsupportedByClientError,
  type ClientConfiguration,
  type McpClientName,
  type McpServerAddress,
  type UserFile,
} from '../src/clients/client-configuration.js';
import { configureClient, defaultTokenVariable } from '../src/clients/configure-client.js';
import { toConfigurationText } from '../src/clients/configuration-text.js';
import { withWholePaths, type ResolvedPath } from './command.paths.js';
import { writeConfiguration } from './configuration.file.js';
import { ExitError } from './exit.error.js';
import { splitCommand, toUrl } from './server.target.js';
import type { TerminalOutput } from './terminal.output.js';

/** The options of `config`. */
export interface ConfigOptions {
  readonly name: string;
  readonly url?: string;
  readonly command?: string;
  readonly sse?: boolean;
  /** `true` means a variable named after the server. */
  readonly token?: string | boolean;
  readonly env?: readonly string[];
  readonly write?: boolean;
  readonly user?: boolean;
  readonly json?: boolean;
}

/** `config`: shows the configuration of a client for the server, or writes it to the client's file. */
export function config(
  client: McpClientName,
  options: ConfigOptions,
  output: TerminalOutput,
): void {
  const given = toAddress(options);
  const ofUser = options.user === true || configurationOf(client, given).file.project === undefined;
  const { address, resolved } = ofUser ? fromAnywhere(given) : { address: given, resolved: [] };
  const configuration = configurationOf(client, address);
  const path = pathOf(configuration, ofUser);
  if (options.write) {
    const { changed, backup } = writeConfiguration(path, configuration);
    output.note(
      changed
        ? `Wrote "${configuration.keys.join('.')}" into ${path}.`
        : `${path} already says so.`,
    );
    if (backup !== undefined) output.note(`The file as it was is kept in ${backup}.`);
  } else if (options.json) {
    output.printJson({ ...configuration, path });
  } else {
    output.note(`# ${configuration.title}: ${path}`);
    output.print(toConfigurationText(configuration));
    if (configuration.command) output.note(`# or: ${configuration.command}`);
    if (configuration.link) output.note(`# or open: ${configuration.link}`);
  }
  if (configuration.note) output.note(`# ${configuration.note}`);
  for (const { given: word, whole } of resolved) {
    output.note(
      `# ${word} is written as ${whole}: ${configuration.title} starts the command in a folder of its own.`,
    );
  }
}

/** The same server for a file outside the project. */
function fromAnywhere(address: McpServerAddress): {
  readonly address: McpServerAddress;
  readonly resolved: readonly ResolvedPath[];
} {
  if (address.transport !== 'stdio') return { address, resolved: [] };
  const { words, resolved } = withWholePaths([address.command, ...(address.args ?? [])]);
  const [command = '', ...args] = words;
  return { address: { ...address, command, args }, resolved };
}

function configurationOf(client: McpClientName, address: McpServerAddress): ClientConfiguration {
  try {
    return configureClient(client, address);
  } catch (error) {
    if (error instanceof UnsupportedByClientError) throw new ExitError(error.message);
    throw error;
  }
}

function toAddress({ name, url, command, sse, token, env }: ConfigOptions): McpServerAddress {
  if (url !== undefined && command === undefined) {
    const { pathname } = toUrl(url);
    const isSse = sse ?? /\/sse\/?$/.test(pathname);
    const variable = token === true ? defaultTokenVariable(name) : token || undefined;
    return {
      name,
      transport: isSse ? 'sse' : 'streamable-http',
      url,
      ...(variable !== undefined && { tokenVariable: variable }),
    };
  }
  if (command !== undefined && url === undefined) {
    const [program = '', ...args] = splitCommand(command);
    return { name, transport: 'stdio', command: program, args, environment: env ?? [] };
  }
  throw new ExitError("Name one server: --url …/mcp, or --command 'node dist/main.js --stdio'.", 2);
}

/** The project's file if the client has one, else the user's. */
function pathOf({ title, file }: ClientConfiguration, ofUser: boolean): string {
  if (file.project !== undefined && !ofUser) return resolve(file.project);
  if (!file.user)
    throw new ExitError(`${title} has no configuration per user: leave --user out.`, 2);
  const platform = process.platform in file.user ? (process.platform as keyof UserFile) : 'linux';
  const path = file.user[platform]
    .replace(/^~/, homedir())
    .replaceAll(/%(\w+)%/g, (_, name: string) => process.env[name] ?? homedir());
  return existsSync(path) ? path : join(path);
}

import { Argument, Command, CommanderError, Option } from 'commander';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import library from '../package.json' with { type: 'json' };
import { mcpClients, type McpClientName } from '../src/clients/client-configuration.js';
import { diff } from './catalog.commands.js';
import { config, type ConfigOptions } from './config.command.js';
import { ExitError } from './exit.error.js';
import {
  manifest,
  manifests,
  type ManifestName,
  type ManifestOptions,
} from './manifest.command.js';
import { migrate, type MigrateOptions } from './migrate.command.js';
import { call, list, prompt, read, toInput, type Input } from './primitive.commands.js';
import { readServerCatalog } from './server.catalog.js';
import { connectTo, messageOf } from './server.connection.js';
import { toTarget, tokenVariable, type TargetOptions } from './server.target.js';
import { TerminalOutput } from './terminal.output.js';

interface CommonOptions extends TargetOptions {
  readonly json?: boolean;
}

/** Runs the program. Resolves with its exit status. */
export async function run(argv: readonly string[], output = new TerminalOutput()): Promise<number> {
  try {
    await createProgram(output).parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    output.error(messageOf(error));
    return error instanceof ExitError ? error.code : 1;
  }
}

function createProgram(output: TerminalOutput): Command {
  const program = new Command('nestjs-mcp')
    .description('Looks at, calls and configures MCP servers.')
    .version(library.version)
    .showHelpAfterError()
    .exitOverride();

  onServer(
    program.command('list').description('list what the server offers to this caller'),
  ).action((options: CommonOptions) =>
    withServer(options, (client) => list(client, output, options.json === true)),
  );
  onServer(program.command('call').description('call a tool'))
    .argument('<name>', 'the tool')
    .argument('[input]', 'its input, as JSON', toInput)
    .action((name: string, input: Input | undefined, options: CommonOptions) =>
      withServer(options, (client) =>
        call(client, output, { name, input, json: options.json === true }),
      ),
    );
  onServer(program.command('read').description('read a resource'))
    .argument('<uri>')
    .action((uri: string, options: CommonOptions) =>
      withServer(options, (client) => read(client, output, { uri, json: options.json === true })),
    );
  onServer(program.command('prompt').description('get the messages of a prompt'))
    .argument('<name>', 'the prompt')
    .argument('[input]', 'its arguments, as JSON', toInput)
    .action((name: string, input: Input | undefined, options: CommonOptions) =>
      withServer(options, (client) =>
        prompt(client, output, { name, input, json: options.json === true }),
      ),
    );
  onServer(
    program.command('catalog').description('write all that this caller can see, as stable JSON'),
  ).action((options: CommonOptions) =>
    withServer(options, async (client) => output.printJson(await readServerCatalog(client))),
  );

  onServer(
    program
      .command('manifest')
      .description(
        'write the server.json of the registry, the manifest of a bundle, or an llms.txt',
      ),
  )
    .addArgument(new Argument('<manifest>').choices(manifests))
    .option('--description <text>', "in place of the server's own description")
    .option('--env <names...>', 'environment variables that the server needs from its user')
    .option('--out <file>', 'a file to write, in place of stdout')
    .action((name: ManifestName, options: ManifestOptions) =>
      withServer(options, (client) => manifest(client, output, name, options)),
    );

  program
    .command('diff')
    .description('compare two catalogs; exit status 1 when a change breaks callers')
    .argument('<before>', 'a file that "catalog" has written')
    .argument('<after>')
    .option('--json', 'print the changes as JSON')
    .action((before: string, after: string, options: CommonOptions) =>
      diff(output, { before, after, json: options.json === true }),
    );
  program
    .command('config')
    .description('show or write the configuration of a client')
    .addArgument(new Argument('<client>').choices(mcpClients))
    .option('--name <name>', 'the name of the server in the client', 'nest')
    .option('--url <url>', 'the URL of Streamable HTTP, or of HTTP+SSE')
    .option('--command <line>', 'the command that serves over stdio')
    .option('--sse', 'the URL speaks HTTP+SSE (default: where it ends in /sse)')
    .option(
      '--token [variable]',
      'the server wants a bearer token, which the client takes from this environment variable',
    )
    .option('--env <names...>', 'environment variables that the client passes on to the command')
    .option('--write', "merge it into the client's file, which is backed up")
    .option('--user', "the user's file, not the project's")
    .option('--json', 'print the configuration as JSON')
    .action((client: McpClientName, options: ConfigOptions) => config(client, options, output));
  program
    .command('migrate')
    .description('convert sources from @rekog/mcp-nest; exit status 1 when something is left to do')
    .argument('[path]', 'a folder or a file', '.')
    .option('--write', 'change the files; without it they are only looked at')
    .option('--json', 'print what was found as JSON')
    .action((path: string, options: MigrateOptions) => migrate(path, options, output));
  return program;
}

function onServer(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--url <url>',
        `a server over HTTP; the bearer token comes from ${tokenVariable}`,
      ).conflicts('command'),
    )
    .option('--command <line>', 'a server over stdio: the command that starts it')
    .option(
      '--header <header...>',
      '"Name: value" for each request; ${VARIABLE} is read from the environment',
    )
    .option('--json', 'print the answer as JSON');
}

async function withServer(
  options: TargetOptions,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = await connectTo(toTarget(options, process.env));
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ExitError } from './exit.error.js';
import type { TerminalOutput } from './terminal.output.js';
import { toText, type ContentBlock } from './content.text.js';
import { readServerCatalog } from './server.catalog.js';

/** Time in ms without an answer and without progress after which a call is cancelled. */
const callTimeout = 300_000;

interface Listed {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

/** `list`: lists the primitives that this caller sees. */
export async function list(client: Client, output: TerminalOutput, json: boolean): Promise<void> {
  const catalog = await readServerCatalog(client);
  if (json) return output.printJson(catalog);
  const sections = [
    ['Tools', catalog.tools, 'name'],
    ['Resources', catalog.resources, 'uri'],
    ['Resource templates', catalog.resourceTemplates, 'uriTemplate'],
    ['Prompts', catalog.prompts, 'name'],
  ] as const;
  const shown = sections.filter(([, entries]) => entries.length > 0);
  if (shown.length === 0) output.note('The server offers nothing to this caller.');
  for (const [title, entries, key] of shown) {
    output.print(output.bold(`${title} (${entries.length})`));
    for (const entry of entries) {
      const { title: name, description = name } = entry as Listed;
      const line = description?.split('\n')[0] ?? '';
      output.print(`  ${String(entry[key])}${line === '' ? '' : `  ${output.dim(line)}`}`);
    }
  }
}

/** `call`: calls a tool. A result with `isError` fails the program, too. */
export async function call(
  client: Client,
  output: TerminalOutput,
  { name, input = {}, json }: { name: string; input: Input | undefined; json: boolean },
): Promise<void> {
  const result = await client.callTool({ name, arguments: input }, undefined, {
    timeout: callTimeout,
    resetTimeoutOnProgress: true,
    onprogress: ({ progress, total, message }) => output.progress(progress, total, message),
  });
  const text = toText((result.content ?? []) as ContentBlock[]);
  if (json) output.printJson(result);
  if (result.isError) throw new ExitError(text || `The tool ${name} failed without a message.`);
  if (!json) output.print(text || JSON.stringify(result.structuredContent ?? null, undefined, 2));
}

/** `read`: reads a resource. */
export async function read(
  client: Client,
  output: TerminalOutput,
  { uri, json }: { uri: string; json: boolean },
): Promise<void> {
  const result = await client.readResource({ uri });
  if (json) return output.printJson(result);
  for (const resource of result.contents) output.print(toText([{ type: 'resource', resource }]));
}

/** `prompt`: gets the messages of a prompt. */
export async function prompt(
  client: Client,
  output: TerminalOutput,
  { name, input = {}, json }: { name: string; input: Input | undefined; json: boolean },
): Promise<void> {
  const given = Object.entries(input);
  const texts = Object.fromEntries(
    given.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  const result = await client.getPrompt({ name, arguments: texts });
  if (json) return output.printJson(result);
  for (const { role, content } of result.messages) {
    output.print(`${output.bold(`${role}:`)} ${toText([content])}`);
  }
}

/** What a tool or a prompt is given. */
export type Input = Record<string, unknown>;

/** The input that was typed as JSON. Throws `ExitError` (2) where it is no JSON object, before any server is connected to. */
export function toInput(text: string): Input {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new ExitError(`The input is not JSON: ${(error as Error).message}`, 2);
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ExitError('The input must be a JSON object, such as \'{"city":"Oslo"}\'.', 2);
  }
  return input as Input;
}

import { ExitError } from './exit.error.js';

/** The options of every command that select its server. */
export interface TargetOptions {
  readonly url?: string;
  readonly command?: string;
  readonly header?: readonly string[];
}

/** The server of a command. */
export type ServerTarget =
  | { readonly kind: 'http'; readonly url: URL; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'stdio'; readonly command: string; readonly args: readonly string[] };

/** The environment variable with the bearer token. A header in the options takes precedence. */
export const tokenVariable = 'MCP_TOKEN';

/** Reads the options. Throws `ExitError` with status 2 if they select no server or two. */
export function toTarget(options: TargetOptions, environment: NodeJS.ProcessEnv): ServerTarget {
  const { url, command, header = [] } = options;
  if ((url === undefined) === (command === undefined)) {
    throw new ExitError(
      "Name one server: --url http://localhost:3000/mcp, or --command 'node dist/main.js --stdio'.",
      2,
    );
  }
  if (command !== undefined) {
    const [program, ...args] = splitCommand(command);
    if (program === undefined) throw new ExitError('--command is empty.', 2);
    return { kind: 'stdio', command: program, args };
  }
  const token = environment[tokenVariable];
  const headers = Object.fromEntries(header.map((text) => toHeader(text, environment)));
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  return {
    kind: 'http',
    url: toUrl(String(url)),
    headers: token && !hasOwn ? { ...headers, Authorization: `Bearer ${token}` } : headers,
  };
}

/** Splits a command line into words like a shell: by blanks, with quotes and backslashes. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  const word = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)/gy;
  let end = 0;
  for (let match = word.exec(line); match; match = word.exec(line)) {
    end = word.lastIndex;
    words.push(unquote(String(match[1])));
  }
  if (line.slice(end).trim() !== '') throw new ExitError(`--command has an open quote: ${line}`, 2);
  return words;
}

function unquote(word: string): string {
  return word.replaceAll(
    /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
    (_, escaped?: string, double?: string, single?: string) =>
      escaped ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? '',
  );
}

/** Parses the URL of a server. Throws `ExitError` with status 2 if it is none, or not of HTTP. */
export function toUrl(text: string): URL {
  const url = URL.parse?.(text) ?? (URL.canParse(text) ? new URL(text) : undefined);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new ExitError(`--url must be an http(s) URL, not "${text}".`, 2);
  }
  return url;
}

/** Parses `name: value`, and replaces `${VARIABLE}` by the value of an environment variable. */
function toHeader(text: string, environment: NodeJS.ProcessEnv): [string, string] {
  const colon = text.indexOf(':');
  if (colon <= 0) throw new ExitError(`--header must be "Name: value", not "${text}".`, 2);
  const value = text.slice(colon + 1).trim();
  return [
    text.slice(0, colon).trim(),
    value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const filled = environment[name];
      if (filled === undefined) {
        throw new ExitError(`The environment variable ${name} of --header is not set.`, 2);
      }
      return filled;
    }),
  ];
}

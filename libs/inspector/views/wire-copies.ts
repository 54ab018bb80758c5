import type { WireEntry } from '../connection/wire-log.js';

type Params = Readonly<Record<string, unknown>>;

/** The headers that curl needs; the token is replaced by a shell variable. */
const kept = [
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
];

/** The exchange as a curl command. The token stays a variable: `$TOKEN`. */
export function toCurl({ url, verb, headers, message }: WireEntry): string {
  const lines = Object.entries(headers)
    .filter(([name]) => kept.includes(name) || name.startsWith('mcp-param-'))
    .map(([name, value]) => `  -H ${quote(`${name}: ${value}`)}`);
  return [
    `curl -N -X ${verb} ${quote(url)}`,
    '  -H "authorization: Bearer $TOKEN"',
    ...lines,
    `  --data ${quote(JSON.stringify(message))}`,
  ].join(' \\\n');
}

/** A test that makes the same call with `nestjs-mcp/testing`; `undefined` if the message is no call. */
export function toTest({ message, era }: WireEntry): string | undefined {
  const { method, params = {} } = (message ?? {}) as { method?: string; params?: Params };
  const call = method === undefined ? undefined : toCall(method, params);
  if (call === undefined) return undefined;
  return [
    "import { McpTestClient } from 'nestjs-mcp/testing';",
    '',
    `it(${literal(`answers ${String(method)}`)}, async () => {`,
    `  const client = await McpTestClient.connect(app, { era: ${literal(era)} });`,
    `  const result = await ${call};`,
    '  expect(result).toBeDefined();',
    '  await client.close();',
    '});',
    '',
  ].join('\n');
}

function toCall(method: string, params: Params): string | undefined {
  const { name, uri, arguments: given = {} } = params;
  if (method === 'tools/call') return `client.callTool(${literal(name)}, ${literal(given)})`;
  if (method === 'prompts/get') return `client.getPrompt(${literal(name)}, ${literal(given)})`;
  if (method === 'resources/read') return `client.readResource(${literal(uri)})`;
  return undefined;
}

/** The value as a JavaScript literal, which JSON is. */
function literal(value: unknown): string {
  return JSON.stringify(value);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

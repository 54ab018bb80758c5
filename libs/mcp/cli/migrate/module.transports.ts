import type { Node, ObjectProperty } from '@babel/types';
import { keyOf } from './declaration.options.js';
import type { FileImports } from './file.imports.js';
import { nodesOf, type SourceFile } from './source.file.js';

/** Options that only concern transports. */
export const ofTransports = new Set([
  'transport',
  'sseEndpoint',
  'messagesEndpoint',
  'mcpEndpoint',
  'sse',
  'streamableHttp',
]);

/** The source text of the list of transports; empty for the defaults; `undefined` if it cannot be read. */
export function transportsOf(
  given: ReadonlyMap<string, ObjectProperty>,
  file: SourceFile,
  imports: FileImports,
): string | undefined {
  if (![...given.keys()].some((key) => ofTransports.has(key))) return '';
  const kinds = kindsOf(given.get('transport'), imports);
  if (kinds === undefined) {
    file.leave(
      given.get('transport')!,
      '`transport` is not written as a list of McpTransportType: it is `transports: [streamableHttp(), sse(), stdio()]` now.',
    );
    return undefined;
  }
  const streams = nested(given.get('streamableHttp'), file);
  const pings = nested(given.get('sse'), file);
  if (streams === undefined || pings === undefined) return undefined;
  const text = (key: string) => {
    const property = given.get(key);
    return property === undefined ? undefined : file.textOf(property.value);
  };
  const written: Readonly<Record<string, () => string>> = {
    STREAMABLE_HTTP: () =>
      callOf(imports.want('streamableHttp'), {
        path: text('mcpEndpoint'),
        stateless: streams.get('statelessMode') === 'true' ? 'true' : undefined,
        responseMode: streams.get('enableJsonResponse') === 'true' ? "'json'" : undefined,
      }),
    SSE: () =>
      callOf(imports.want('sse'), {
        path: text('sseEndpoint'),
        messagesPath: text('messagesEndpoint'),
        keepAlive: pings.get('pingEnabled') === 'false' ? '0' : pings.get('pingIntervalMs'),
      }),
    STDIO: () => `${imports.want('stdio')}()`,
  };
  const transport = given.get('transport');
  if (transport !== undefined) dropTypes(transport, imports);
  return kinds.map((kind) => written[kind]!()).join(', ');
}

function kindsOf(
  transport: ObjectProperty | undefined,
  imports: FileImports,
): string[] | undefined {
  if (transport === undefined) return ['STREAMABLE_HTTP', 'SSE'];
  const { value } = transport;
  const kinds = (value.type === 'ArrayExpression' ? value.elements : [value]).map((element) =>
    element?.type === 'MemberExpression' &&
    imports.importedName(element.object) === 'McpTransportType' &&
    element.property.type === 'Identifier'
      ? element.property.name
      : '',
  );
  return kinds.every((kind) => ['STREAMABLE_HTTP', 'SSE', 'STDIO'].includes(kind))
    ? kinds
    : undefined;
}

/** The members of an option that is an object of plain values, as source text. */
function nested(
  property: ObjectProperty | undefined,
  file: SourceFile,
): ReadonlyMap<string, string> | undefined {
  if (property === undefined) return new Map();
  const members =
    property.value.type === 'ObjectExpression' ? property.value.properties : undefined;
  const entries = members?.flatMap((member): [string, string][] =>
    member.type === 'ObjectProperty' ? [[keyOf(member) ?? '', file.textOf(member.value)]] : [],
  );
  const isPlain =
    entries?.length === members?.length &&
    entries?.every(([key, text]) =>
      key === 'sessionIdGenerator' ? text === 'undefined' : /^(?:true|false|[\d_]+)$/.test(text),
    );
  if (isPlain !== true) {
    file.leave(
      property,
      `\`${keyOf(property)}\` cannot be read: it is an option of \`streamableHttp({ … })\` or \`sse({ … })\` now.`,
    );
    return undefined;
  }
  return new Map(entries);
}

function callOf(name: string, options: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(options).filter(([, text]) => text !== undefined);
  if (given.length === 0) return `${name}()`;
  return `${name}({ ${given.map(([key, text]) => `${key}: ${text}`).join(', ')} })`;
}

function dropTypes(transport: ObjectProperty, imports: FileImports): void {
  const named: Node[] = [...nodesOf(transport.value)].filter(
    (node) => imports.importedName(node) === 'McpTransportType',
  );
  for (const node of named) imports.drop(node);
}

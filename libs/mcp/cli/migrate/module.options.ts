import type { CallExpression, Identifier, ObjectExpression, ObjectProperty } from '@babel/types';
import { keyOf } from './declaration.options.js';
import type { FileImports } from './file.imports.js';
import { ofTransports, transportsOf } from './module.transports.js';
import { nodesOf, type SourceFile } from './source.file.js';

const same = new Set([
  'name',
  'version',
  'title',
  'description',
  'websiteUrl',
  'icons',
  'instructions',
  'guards',
  'decorators',
]);

/** Removed options, with a remedy; an empty one means that nothing must be done. */
const gone: Readonly<Record<string, string>> = {
  capabilities: '',
  globalApiPrefix: '',
  logging: '',
  allowUnauthenticatedAccess:
    '`allowUnauthenticatedAccess` is gone: whether a caller needs a token is said by `auth`.',
  serverMutator: '`serverMutator` is gone: see the observers and the telemetry of the module.',
};

/**
 * Converts `McpModule.forRoot({ … })`; returns the number of calls. Reports findings for other ways to configure a
 * server.
 */
export function migrateModules(file: SourceFile, imports: FileImports): number {
  let count = 0;
  for (const node of nodesOf(file.syntax.program)) {
    if (node.type === 'NewExpression' && imports.importedName(node.callee) === 'McpStrategy') {
      file.leave(
        node,
        '`new McpStrategy({ … })` becomes `McpModule.forRoot({ … })` in the imports of the root module; main.ts needs nothing.',
      );
    }
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue;
    const { object, property } = node.callee;
    if (imports.importedName(object) !== 'McpModule' || property.type !== 'Identifier') continue;
    if (property.name === 'forRoot' && migrateRoot(node, file, imports)) {
      imports.convert(object as Identifier, 'McpModule');
      count += 1;
    } else if (property.name === 'forRootAsync') {
      file.leave(
        node,
        '`forRootAsync()`: `name`, `prefix`, `transports`, `guards` and `decorators` stand beside `useFactory` now.',
      );
    } else if (property.name === 'forFeature') {
      file.leave(
        node,
        '`forFeature()` is gone: name the module in `include` of the server, or the server in `servers` of the class (@McpGroup()).',
      );
    }
  }
  return count;
}

function migrateRoot(call: CallExpression, file: SourceFile, imports: FileImports): boolean {
  const [options] = call.arguments;
  if (options?.type !== 'ObjectExpression') {
    file.leave(call, '`forRoot()` is not called with an object literal: write its options out.');
    return false;
  }
  const given = new Map<string, ObjectProperty>();
  for (const property of options.properties) {
    const key = property.type === 'ObjectProperty' ? keyOf(property) : undefined;
    const isKnown =
      key !== undefined &&
      (same.has(key) || ofTransports.has(key) || key === 'apiPrefix' || gone[key] !== undefined);
    if (!isKnown) {
      file.leave(
        property,
        `\`forRoot()\` has ${file.textOf(property).split('\n')[0]}, which cannot be converted.`,
      );
      return false;
    }
    given.set(key, property as ObjectProperty);
  }
  const transports = transportsOf(given, file, imports);
  if (transports === undefined) return false;
  rewrite(options, given, transports, file);
  return true;
}

function rewrite(
  options: ObjectExpression,
  given: ReadonlyMap<string, ObjectProperty>,
  transports: string,
  file: SourceFile,
): void {
  for (const [key, text] of Object.entries(gone)) {
    const property = given.get(key);
    if (property !== undefined && text !== '') file.leave(property, text);
  }
  const prefix = given.get('apiPrefix');
  if (prefix?.shorthand === true) file.insertBefore(prefix, 'prefix: ');
  else if (prefix !== undefined) file.replace(prefix.key, 'prefix');
  const unwanted = [...given].filter(([key]) => ofTransports.has(key) || gone[key] !== undefined);
  const place =
    transports === '' ? undefined : unwanted.find(([key]) => ofTransports.has(key))?.[1];
  if (place !== undefined) file.replace(place, `transports: [${transports}]`);
  file.removeFrom(
    options.properties,
    new Set(unwanted.map(([, property]) => property).filter((property) => property !== place)),
  );
}

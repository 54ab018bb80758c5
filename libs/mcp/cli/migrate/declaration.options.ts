import type {
  CallExpression,
  Decorator,
  Identifier,
  ObjectExpression,
  ObjectProperty,
} from '@babel/types';
import type { SourceFile } from './source.file.js';

/** The decorators that declare primitives, with their replacements. */
export const declarators: Readonly<Record<string, string>> = {
  Tool: 'McpTool',
  Resource: 'McpResource',
  ResourceTemplate: 'McpResource',
  Prompt: 'McpPrompt',
};

const renamed: Readonly<Record<string, string>> = {
  parameters: 'input',
  outputSchema: 'output',
  _meta: 'meta',
};

const known = new Set([
  'name',
  'title',
  'description',
  'annotations',
  'mimeType',
  'icons',
  ...Object.keys(renamed),
]);

/** A decorator of the old package on a method: its call, its arguments, and its name in the old package. */
export interface Declaration {
  readonly kind: string;
  readonly callee: Identifier;
  readonly options: ObjectExpression;
}

/** The declaration of a decorator; reports a finding if it cannot be read. */
export function declarationOf(
  kind: string,
  decorator: Decorator,
  file: SourceFile,
): Declaration | undefined {
  const call = decorator.expression as CallExpression;
  const [options] = call.arguments;
  if (options?.type !== 'ObjectExpression') {
    file.leave(
      decorator,
      `@${kind}() is not called with an object literal: write its options out.`,
    );
    return undefined;
  }
  const address = addressKey(kind);
  const strange = options.properties.find(
    (property) =>
      property.type !== 'ObjectProperty' ||
      !(known.has(keyOf(property) ?? '') || keyOf(property) === address),
  );
  if (strange !== undefined) {
    file.leave(
      strange,
      `@${kind}() has ${file.textOf(strange).split('\n')[0]}, which cannot be converted.`,
    );
    return undefined;
  }
  if (address !== undefined && propertyOf(options, address) === undefined) {
    file.leave(decorator, `@${kind}() has no ${address}.`);
    return undefined;
  }
  return { kind, callee: call.callee as Identifier, options };
}

/** Writes the options of a declaration for the new decorator, with additional ones. */
export function migrateDeclaration(
  { kind, options }: Declaration,
  method: string,
  added: Readonly<Record<string, string>>,
  file: SourceFile,
): void {
  for (const property of options.properties as ObjectProperty[]) {
    const name = renamed[keyOf(property) ?? ''];
    if (name === undefined) continue;
    if (property.shorthand) file.insertBefore(property, `${name}: `);
    else file.replace(property.key, name);
  }
  const entries = Object.entries(added).map(([key, text]) => `${key}: ${text}`);
  // The old package uses the method's name unchanged.
  if (propertyOf(options, 'name') === undefined && method !== method.toLowerCase()) {
    entries.unshift(`name: '${method}'`);
  }
  const address = addressKey(kind);
  const uri = address === undefined ? undefined : propertyOf(options, address);
  const rest = options.properties.filter((property) => property !== uri);
  if (uri !== undefined) {
    file.insertBefore(
      options,
      `${file.textOf(uri.value)}${rest.length + entries.length > 0 ? ', ' : ''}`,
    );
    file.removeFrom(options.properties, new Set([uri]));
  }
  if (rest.length === 0) {
    file.replace(options, entries.length > 0 ? `{ ${entries.join(', ')} }` : '');
    return;
  }
  const [first] = options.properties;
  const gap = file.text.slice(options.start! + 1, first!.start!);
  const space = /\S/.test(gap) || gap === '' ? ' ' : gap;
  for (const entry of entries) file.insertBefore(rest[0]!, `${entry},${space}`);
}

function addressKey(kind: string): string | undefined {
  if (kind === 'Resource') return 'uri';
  return kind === 'ResourceTemplate' ? 'uriTemplate' : undefined;
}

function propertyOf(options: ObjectExpression, name: string): ObjectProperty | undefined {
  return (options.properties as ObjectProperty[]).find((property) => keyOf(property) === name);
}

/** The name of a property whose key is an identifier or a string. */
export function keyOf({ key, computed }: ObjectProperty): string | undefined {
  if (computed) return undefined;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'StringLiteral' ? key.value : undefined;
}

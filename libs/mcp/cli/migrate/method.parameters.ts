import type { ClassMethod, Identifier, Node, ObjectPattern, ObjectProperty } from '@babel/types';
import type { FileImports } from './file.imports.js';
import { endOf, nodesOf, startOf, type SourceFile } from './source.file.js';

type Parameter = ClassMethod['params'][number];

/** The decorators of Nest's microservices that version 2 uses on parameters, with their replacements. */
const marked: Readonly<Record<string, [name: string, module?: string]>> = {
  Payload: ['McpParam'],
  Ctx: ['McpCtx'],
  McpRawRequest: ['Req', '@nestjs/common'],
};

/**
 * Converts the parameters of a declared method. `false` if something must be changed by hand; then nothing is
 * converted.
 */
export function migrateParameters(
  method: ClassMethod,
  isResource: boolean,
  file: SourceFile,
  imports: FileImports,
): boolean {
  const strange = method.params.find(
    ({ type }) => type !== 'Identifier' && type !== 'ObjectPattern',
  );
  if (strange !== undefined) {
    file.leave(strange, 'A parameter with a default value or `...` cannot be converted.');
    return false;
  }
  const marks = method.params.flatMap((parameter) => marksOf(parameter, imports));
  if (marks.length === 0) return migratePositions(method, isResource, file, imports);
  const [input, context] = ['Payload', 'Ctx'].map((wanted) =>
    method.params.find((one) => marksOf(one, imports).some(({ name }) => name === wanted)),
  );
  if (isResource && input !== undefined && !takeUri(method, input, context, file, imports)) {
    return false;
  }
  for (const { callee, name } of marks) {
    if (!imports.isConverted(callee)) imports.convert(callee, ...marked[name]!);
  }
  return true;
}

function migratePositions(
  method: ClassMethod,
  isResource: boolean,
  file: SourceFile,
  imports: FileImports,
): boolean {
  const [input, context, request] = method.params;
  if (isResource && input !== undefined && !takeUri(method, input, context, file, imports))
    return false;
  if (context !== undefined) {
    const type = typeOf(context);
    if (type === undefined) file.insertAfter(context, `: ${imports.want('McpContext')}`);
    else if (imports.importedName(type) !== 'Context')
      file.insertBefore(context, `@${imports.want('McpCtx')}() `);
  }
  if (request !== undefined) {
    file.insertBefore(request, `@${imports.want('Req', '@nestjs/common')}() `);
    file.note(request, 'The request is an empty object over stdio, where it was `undefined`.');
  }
  return true;
}

/**
 * The old package passes the requested URI beside the variables of the template; in the new one it is in the context.
 */
function takeUri(
  method: ClassMethod,
  input: Parameter,
  context: Parameter | undefined,
  file: SourceFile,
  imports: FileImports,
): boolean {
  if (input.type === 'Identifier') return takeUriOf(method, input, context, file, imports);
  const pattern = input as ObjectPattern;
  const uri = pattern.properties.find(
    (property): property is ObjectProperty =>
      property.type === 'ObjectProperty' &&
      property.key.type === 'Identifier' &&
      property.key.name === 'uri',
  );
  if (uri === undefined) return true;
  if (uri.value.type !== 'Identifier') {
    file.leave(uri, 'The `uri` of a resource stands in the context now: `context.uri`.');
    return false;
  }
  const local = uri.value.name;
  const name = contextName(method, context, file, imports);
  if (name === undefined) return false;
  if (pattern.properties.length > 1) {
    file.removeFrom(pattern.properties, new Set([uri]));
    if (context === undefined) file.insertAfter(input, `, ${name}: ${imports.want('McpContext')}`);
  } else {
    dropInput(method, input, `${name}: ${imports.want('McpContext')}`, context, file, imports);
  }
  insertInto(method, `const ${local} = ${name}.uri!;`, file);
  return true;
}

/** Removes a parameter of which only the URI was used; without a context parameter, `asContext` takes its place. */
function dropInput(
  method: ClassMethod,
  input: Parameter,
  asContext: string,
  context: Parameter | undefined,
  file: SourceFile,
  imports: FileImports,
): void {
  const decorators = 'decorators' in input ? (input.decorators ?? []) : [];
  for (const decorator of decorators) imports.drop(decorator);
  const start = startOf(decorators[0] ?? input);
  const next = method.params[method.params.indexOf(input) + 1];
  if (context === undefined) file.edits.overwrite(start, endOf(input), asContext);
  else if (next === undefined) file.removeFrom(method.params, new Set([input]));
  else file.edits.remove(start, decoratedStart(next));
}

function takeUriOf(
  method: ClassMethod,
  input: Identifier,
  context: Parameter | undefined,
  file: SourceFile,
  imports: FileImports,
): boolean {
  const uses = [...nodesOf(method.body)].filter(
    (node): node is Identifier => node.type === 'Identifier' && node.name === input.name,
  );
  if (uses.length === 0) return true;
  const members = [...nodesOf(method.body)].flatMap((node) =>
    node.type === 'MemberExpression' && !node.computed && uses.includes(node.object as Identifier)
      ? [node]
      : [],
  );
  if (members.length < uses.length) {
    file.leave(input, 'The `uri` of a resource stands in the context now: `context.uri`.');
    return false;
  }
  const uris = members.filter(
    ({ property }) => property.type === 'Identifier' && property.name === 'uri',
  );
  if (uris.length === 0) return true;
  const name = contextName(method, context, file, imports);
  if (name === undefined) return false;
  for (const member of uris) file.replace(member, `${name}.uri!`);
  if (context === undefined) file.insertAfter(input, `, ${name}: ${imports.want('McpContext')}`);
  return true;
}

/** The name of the context in a method; `undefined` if it has no usable one. */
function contextName(
  method: ClassMethod,
  context: Parameter | undefined,
  file: SourceFile,
  imports: FileImports,
): string | undefined {
  if (context?.type === 'Identifier') return context.name;
  if (context !== undefined) {
    file.leave(context, 'The context is taken apart: take `uri` of it, too.');
    return undefined;
  }
  const names = new Set(
    [...nodesOf(method)].flatMap((node) => (node.type === 'Identifier' ? [node.name] : [])),
  );
  imports.want('McpContext');
  return names.has('context') ? 'mcpContext' : 'context';
}

/** Inserts a statement at the start of a method's body, with the indentation of the first one. */
function insertInto(method: ClassMethod, statement: string, file: SourceFile): void {
  const [first] = method.body.body;
  const indent = /\n[ \t]*$/.exec(
    file.text.slice(0, first === undefined ? 0 : startOf(first)),
  )?.[0];
  file.edits.appendLeft(
    startOf(method.body) + 1,
    `${indent ?? ' '}${statement}${indent === undefined ? ' ' : ''}`,
  );
}

function typeOf(parameter: Parameter): Node | undefined {
  const annotation = 'typeAnnotation' in parameter ? parameter.typeAnnotation : undefined;
  if (annotation?.type !== 'TSTypeAnnotation') return undefined;
  const type = annotation.typeAnnotation;
  return type.type === 'TSTypeReference' ? type.typeName : type;
}

function marksOf(
  parameter: Parameter,
  imports: FileImports,
): { callee: Identifier; name: string }[] {
  const decorators = 'decorators' in parameter ? (parameter.decorators ?? []) : [];
  return decorators.flatMap(({ expression }) => {
    if (expression.type !== 'CallExpression') return [];
    const name = imports.importedName(expression.callee);
    return name !== undefined && marked[name] !== undefined
      ? [{ callee: expression.callee as Identifier, name }]
      : [];
  });
}

function decoratedStart(parameter: Parameter): number {
  const decorators = 'decorators' in parameter ? parameter.decorators : undefined;
  return startOf(decorators?.[0] ?? parameter);
}

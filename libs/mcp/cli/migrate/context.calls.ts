import type {
  CallExpression,
  Function as FunctionNode,
  Identifier,
  MemberExpression,
  Node,
  ObjectExpression,
  ObjectProperty,
} from '@babel/types';
import { declarators, keyOf } from './declaration.options.js';
import type { FileImports } from './file.imports.js';
import { endOf, nodesOf, startOf, type SourceFile } from './source.file.js';

/** Members of the old context that are members of the new one. */
const getters: Readonly<Record<string, string>> = {
  getRawRequest: 'request',
  getProtocolVersion: 'protocolVersion',
  getClientInfo: 'client',
  getTraceContext: 'meta',
};

const advice: Readonly<Record<string, string>> = {
  mcpServer:
    '`mcpServer` is gone: ask by `context.elicit()` and `context.sample()`, notify by a server reference (@InjectMcpServer()).',
  mcpRequest: '`mcpRequest` is gone: see `context.primitive`, `context.uri` and `context.meta`.',
  getSession: '`getSession()` is gone: see `context.session`, `context.era`.',
  getClientCapabilities:
    '`getClientCapabilities()` is gone: name what a primitive needs in `requires` of its declaration.',
};

/** Converts uses of contexts: of parameters with the old type, and of the second parameter of a declared method. */
export function migrateContexts(file: SourceFile, imports: FileImports): void {
  for (const node of nodesOf(file.syntax.program)) {
    if (!isFunction(node)) continue;
    for (const parameter of contextsOf(node, imports)) {
      if (parameter.type === 'Identifier') migrateUses(parameter.name, node, file);
      else if (parameter.type === 'ObjectPattern') {
        file.leave(parameter, 'The context is taken apart: its members are other ones now.');
      }
    }
  }
  for (const node of nodesOf(file.syntax.program)) {
    if (node.type !== 'TSTypeReference' || node.typeName.type !== 'Identifier') continue;
    if (['Context', 'McpContext'].includes(imports.importedName(node.typeName) ?? '')) {
      imports.convert(node.typeName, 'McpContext');
    }
  }
}

function contextsOf(node: FunctionNode, imports: FileImports): Node[] {
  const isDeclared =
    node.type === 'ClassMethod' &&
    node.decorators?.some(
      ({ expression }) =>
        expression.type === 'CallExpression' &&
        declarators[imports.importedName(expression.callee) ?? ''] !== undefined,
    );
  return node.params.filter((parameter, index) => {
    const annotation = 'typeAnnotation' in parameter ? parameter.typeAnnotation : undefined;
    const type =
      annotation?.type === 'TSTypeAnnotation' &&
      annotation.typeAnnotation.type === 'TSTypeReference'
        ? imports.importedName(annotation.typeAnnotation.typeName)
        : undefined;
    return (
      type === 'Context' ||
      type === 'McpContext' ||
      (isDeclared === true && index === 1 && type === undefined)
    );
  });
}

function migrateUses(name: string, owner: FunctionNode, file: SourceFile): void {
  const calls = new Map<Node, CallExpression>();
  for (const node of nodesOf(owner.body, (inner) => !hidesName(inner, name))) {
    if (node.type === 'CallExpression' || node.type === 'OptionalCallExpression') {
      calls.set(node.callee, node as CallExpression);
    }
    if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') {
      migrateMember(node as MemberExpression, name, calls, file);
    }
  }
}

function migrateMember(
  member: MemberExpression,
  context: string,
  calls: ReadonlyMap<Node, CallExpression>,
  file: SourceFile,
): void {
  const { object, property } = member;
  if (property.type !== 'Identifier') return;
  if (object.type === 'MemberExpression' || object.type === 'OptionalMemberExpression') {
    const isLog =
      isNamed(object.object, context) && isNamed(object.property, 'log') && calls.has(member);
    if (isLog) migrateLog(property, calls.get(member)!, file);
    return;
  }
  if (!isNamed(object, context)) return;
  const { name } = property;
  if (name === 'reportProgress') migrateProgress(property, calls.get(member), file);
  else if (getters[name] !== undefined && calls.has(member)) {
    const type = calls.get(member)!.typeParameters;
    const call = calls.get(member)!;
    const read = `${context}.${getters[name]}`;
    const only = type?.type === 'TSTypeParameterInstantiation' ? type.params[0] : undefined;
    file.replace(call, only === undefined ? read : `(${read} as ${file.textOf(only)})`);
  } else if (advice[name] !== undefined) file.leave(member, advice[name]);
}

function migrateProgress(
  property: Identifier,
  call: CallExpression | undefined,
  file: SourceFile,
): void {
  const [report, ...more] = call?.arguments ?? [];
  const args =
    report === undefined || more.length > 0 ? undefined : progressArguments(report, file);
  if (args === undefined) {
    file.leave(property, '`reportProgress({ … })` is `progress(done, total?, message?)` now.');
    return;
  }
  file.replace(property, 'progress');
  file.replace(report!, args);
}

function progressArguments(report: Node, file: SourceFile): string | undefined {
  const value =
    report.type.startsWith('TSAs') && 'expression' in report ? (report.expression as Node) : report;
  if (value.type === 'Identifier') {
    return ['progress', 'total', 'message'].map((key) => `${value.name}.${key}`).join(', ');
  }
  if (value.type !== 'ObjectExpression') return undefined;
  const given = new Map(
    plainProperties(value)?.map((property) => [keyOf(property), property.value]),
  );
  if (given.size < value.properties.length || !given.has('progress')) return undefined;
  const [progress, total, message, ...others] = [
    'progress',
    'total',
    'message',
    ...[...given.keys()].filter((key) => !['progress', 'total', 'message'].includes(key ?? '')),
  ].map((key) => (given.has(key) ? file.textOf(given.get(key)!) : undefined));
  if (others.length > 0) return undefined;
  const args = [progress, total ?? (message === undefined ? undefined : 'undefined'), message];
  return args.filter((text) => text !== undefined).join(', ');
}

function migrateLog(level: Identifier, call: CallExpression, file: SourceFile): void {
  if (level.name === 'warn') file.replace(level, 'warning');
  const [message, data] = call.arguments;
  if (message === undefined || data === undefined) return;
  file.edits.overwrite(
    startOf(message),
    endOf(data),
    `{ message: ${file.textOf(message)}, context: ${file.textOf(data)} }`,
  );
}

function plainProperties(object: ObjectExpression): ObjectProperty[] | undefined {
  return object.properties.every((property) => property.type === 'ObjectProperty')
    ? object.properties
    : undefined;
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

/** Whether an inner function has a parameter with that name, which hides the outer one. */
function hidesName(node: Node, name: string): boolean {
  return isFunction(node) && node.params.some((parameter) => isNamed(parameter, name));
}

function isFunction(node: Node): node is FunctionNode {
  return 'params' in node && 'body' in node && Array.isArray(node.params);
}

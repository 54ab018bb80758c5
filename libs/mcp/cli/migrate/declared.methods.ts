import type {
  CallExpression,
  Class,
  ClassMethod,
  Identifier,
  Node,
  ObjectProperty,
} from '@babel/types';
import {
  declarationOf,
  declarators,
  keyOf,
  migrateDeclaration,
  type Declaration,
} from './declaration.options.js';
import { accessOf, type Access } from './access.rules.js';
import type { FileImports } from './file.imports.js';
import { migrateParameters } from './method.parameters.js';
import { nodesOf, type SourceFile } from './source.file.js';

/** Converts the declared methods of all classes of a file; returns their number. */
export function migrateMethods(file: SourceFile, imports: FileImports): number {
  let count = 0;
  for (const node of nodesOf(file.syntax.program)) {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') continue;
    count += migrateClass(node, file, imports);
  }
  return count;
}

function migrateClass(node: Class, file: SourceFile, imports: FileImports): number {
  const methods = node.body.body.filter(
    (member): member is ClassMethod => member.type === 'ClassMethod',
  );
  const declared = methods.filter((method) =>
    method.decorators?.some(
      (decorator) => declarators[nameOf(decorator, imports) ?? ''] !== undefined,
    ),
  );
  const servers = migrateController(node, file, imports);
  const ofClass = accessOf(node.decorators ?? [], file, imports);
  const converted = declared.filter((method) =>
    migrateMethod(method, { ofClass, servers }, file, imports),
  );
  if (converted.length === declared.length) ofClass?.removeFrom(file, imports);
  return converted.length;
}

/** Converts `@McpController()` to `@Controller()`; returns the source text of its server name. */
function migrateController(
  node: Class,
  file: SourceFile,
  imports: FileImports,
): string | undefined {
  for (const decorator of node.decorators ?? []) {
    if (nameOf(decorator, imports) !== 'McpController') continue;
    const call = decorator.expression as CallExpression;
    const [argument] = call.arguments;
    imports.convert(call.callee as Identifier, 'Controller', '@nestjs/common');
    if (argument?.type !== 'ObjectExpression') return undefined;
    const server = argument.properties.find(
      (property): property is ObjectProperty =>
        property.type === 'ObjectProperty' && keyOf(property) === 'server',
    );
    if (server === undefined) return undefined;
    if (argument.properties.length === 1) file.edits.remove(argument.start!, argument.end!);
    else file.removeFrom(argument.properties, new Set([server]));
    return file.textOf(server.value);
  }
  return undefined;
}

function migrateMethod(
  method: ClassMethod,
  { ofClass, servers }: { ofClass: Access | undefined; servers: string | undefined },
  file: SourceFile,
  imports: FileImports,
): boolean {
  const declarations: Declaration[] = [];
  for (const decorator of method.decorators ?? []) {
    const kind = nameOf(decorator, imports);
    if (kind === undefined || declarators[kind] === undefined) continue;
    const declaration = declarationOf(kind, decorator, file);
    if (declaration === undefined) return false;
    declarations.push(declaration);
  }
  const access = accessOf(method.decorators ?? [], file, imports);
  const refusal = access?.refusal ?? ofClass?.refusal;
  if (refusal !== undefined) {
    file.leave(
      method,
      `${refusal} Its decorators are left as they are, so that it is not served without its rule.`,
    );
    return false;
  }
  if (
    !migrateParameters(
      method,
      declarations.some(({ kind }) => kind.startsWith('Resource')),
      file,
      imports,
    )
  ) {
    return false;
  }
  const added = {
    ...ofClass?.options,
    ...access?.options,
    ...(servers && { servers: `[${servers}]` }),
  };
  for (const declaration of declarations) {
    migrateDeclaration(declaration, methodName(method, file), added, file);
    imports.convert(declaration.callee, declarators[declaration.kind]!);
  }
  access?.removeFrom(file, imports);
  return true;
}

function methodName(method: ClassMethod, file: SourceFile): string {
  return method.key.type === 'StringLiteral' ? method.key.value : file.textOf(method.key);
}

/** The old package's name of a decorator with a call: `@Tool({ … })`. */
export function nameOf(
  { expression }: { expression: Node },
  imports: FileImports,
): string | undefined {
  return expression.type === 'CallExpression' ? imports.importedName(expression.callee) : undefined;
}

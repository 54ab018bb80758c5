import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static;

/** The public names that an interface or a class of the library itself declares, its constructor and statics aside. */
export function declaredNames(root: string, name: string, file: string): string[] {
  const text = readFileSync(join(root, 'libs/mcp/src', file), 'utf8');
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const declared = statements.find(
    (statement): statement is ts.InterfaceDeclaration | ts.ClassDeclaration =>
      (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) &&
      statement.name?.text === name,
  );
  const members: readonly (ts.ClassElement | ts.TypeElement)[] = declared?.members ?? [];
  const names = members
    .filter((member) => !(ts.getCombinedModifierFlags(member) & hidden))
    .flatMap(({ name: own }) => (own && ts.isIdentifier(own) ? [own.text] : []));
  return [...new Set(names)];
}

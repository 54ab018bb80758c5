import type { CallExpression, Decorator, Node } from '@babel/types';
import type { FileImports } from './file.imports.js';
import type { SourceFile } from './source.file.js';

/** The access rule of a primitive, from the decorators of the old package. */
export interface Access {
  /** The options of the new decorator: the source texts of their values. */
  readonly options: Readonly<Record<string, string>>;
  /** The reason why options cannot express it. */
  readonly refusal?: string;
  /** Removes the decorators after their rule is in the options. */
  removeFrom(file: SourceFile, imports: FileImports): void;
}

type Rule = { options: Record<string, string> } | { refusal: string } | { note: string };

const rules: Readonly<
  Record<string, (args: CallExpression['arguments'], file: SourceFile) => Rule>
> = {
  ToolScopes: ([scopes, options], file) => {
    if (scopes === undefined || scopes.type === 'SpreadElement')
      return { refusal: '@ToolScopes() cannot be read.' };
    if (options !== undefined && !/^\{\s*match:\s*(['"])all\1,?\s*\}$/.test(file.textOf(options))) {
      return {
        refusal:
          "@ToolScopes() with `match: 'any'` is a rule of its own: write it as `visibility`.",
      };
    }
    return { options: { scopes: file.textOf(scopes) } };
  },
  ToolGuards: ([guards], file) => {
    const [guard, ...more] = guards?.type === 'ArrayExpression' ? guards.elements : [];
    if (!guard || more.length > 0) {
      return {
        refusal:
          '@ToolGuards() with several guards: one becomes `visibility`, more go into @UseGuards().',
      };
    }
    return { options: { visibility: file.textOf(guard) } };
  },
  ToolRoles: () => ({ refusal: '@ToolRoles() becomes a guard of yours, as `visibility`.' }),
  PublicTool: () => ({
    note: '@PublicTool() is gone: whether a caller needs a token is said by `auth` of the module.',
  }),
};

/** The access rule of some decorators; `undefined` if there is none. */
export function accessOf(
  decorators: readonly Decorator[],
  file: SourceFile,
  imports: FileImports,
): Access | undefined {
  const found: Decorator[] = [];
  const options: Record<string, string> = {};
  const notes: [node: Node, text: string][] = [];
  let refusal: string | undefined;
  for (const decorator of decorators) {
    const { expression } = decorator;
    if (expression.type !== 'CallExpression') continue;
    const rule = rules[imports.importedName(expression.callee) ?? '']?.(expression.arguments, file);
    if (rule === undefined) continue;
    found.push(decorator);
    if ('options' in rule) Object.assign(options, rule.options);
    else if ('refusal' in rule) refusal = rule.refusal;
    else notes.push([decorator, rule.note]);
  }
  if (found.length === 0) return undefined;
  return {
    options,
    ...(refusal !== undefined && { refusal }),
    removeFrom: (from, of) => {
      for (const decorator of found) {
        from.removeLine(decorator);
        of.drop((decorator.expression as CallExpression).callee);
      }
      for (const [node, text] of notes) from.leave(node, text);
    },
  };
}

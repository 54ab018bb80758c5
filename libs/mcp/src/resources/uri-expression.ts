import type { UriPattern } from './uri-pattern.js';

/** One variable of a URI template, and how its values are written in a URI. */
export interface UriVariable {
  readonly name: string;
  /** The operator of its expression: `''`, or one of `+ # . / ; ? &`. */
  readonly operator: string;
  /** Whether each item of a list is written on its own (`{list*}`). */
  readonly explode: boolean;
  /** The length of the prefix in characters (`{name:3}`). */
  readonly most: number | undefined;
}

/** The characters that end a segment. */
const ends = '/?#';

/** The variables of an expression such as `{/a,b*}`; `undefined` if it is not RFC 6570. */
export function parseExpression(expression: string): UriVariable[] | undefined {
  const name = String.raw`[\w.%]+(?::[1-9]\d{0,3}|\*)?`;
  const match = new RegExp(`^\\{([+#./;?&]?)(${name}(?:,${name})*)\\}$`).exec(expression);
  if (!match) return undefined;
  const [, operator = '', variables = ''] = match;
  return variables.split(',').map((written) => {
    const prefix = /:(\d+)$/.exec(written);
    return {
      name: written.replace(/\*$|:\d+$/, ''),
      operator,
      explode: written.endsWith('*'),
      most: prefix ? Number(prefix[1]) : undefined,
    };
  });
}

/** Whether the values of a variable may span segments, in any number of ways. */
export function spansSegments({ operator, explode }: UriVariable): boolean {
  return operator === '+' || operator === '#' || explode;
}

/** Adds an expression of the path or the fragment to a pattern, with one capture for each of its variables. */
export function addExpression(
  pattern: UriPattern,
  variables: readonly UriVariable[],
  /** What stands before it, and whether parameters (`{;a}`) may follow it. */
  around: { readonly before: string; readonly parameters: boolean },
): void {
  const operator = variables[0]?.operator;
  // A semicolon of a value would be encoded there.
  const than = around.parameters ? `${ends};` : ends;
  switch (operator) {
    case '+':
      separated(pattern, variables, (one) => run(pattern, one, '', true));
      return;
    case '#':
      pattern.optional(() => {
        pattern.literal('#');
        separated(pattern, variables, (one) => {
          if (one.most === undefined) pattern.runOrNothing('', true);
          else pattern.optional(() => run(pattern, one, ''));
        });
      });
      return;
    case '/':
    case '.':
      for (const variable of variables) {
        const part = operator === '/' ? than : labelEnds(variable, than, around.before);
        if (variable.explode) {
          pattern.capture(() => pattern.repeat(() => pattern.literal(operator).run(part)));
        } else {
          pattern.optional(() =>
            pattern.literal(operator).capture(() => run(pattern, variable, part, operator === '.')),
          );
        }
      }
      return;
    case ';':
      for (const variable of variables) addParameter(pattern, variable);
      return;
    default:
      separated(pattern, variables, (one) =>
        run(pattern, one, variables.length > 1 && !one.explode ? `${than},` : than),
      );
  }
}

/**
 * The value of a variable from the part of the URI that it has captured: the items of an exploded one are separated as
 * its operator says (RFC 6570, 3.2). Throws `URIError` for text that is not percent-encoded UTF-8.
 */
export function readVariable(
  { name, operator, explode }: UriVariable,
  raw: string,
): string | string[] {
  // Behind the name of a parameter stands `=value`, or nothing.
  if (!explode) return decodeURIComponent(operator === ';' ? raw.slice(1) : raw);
  if (operator === ';') {
    const items = raw.slice(1).split(';');
    return items.map((item) => decodeURIComponent(item.slice(name.length + 1)));
  }
  const items =
    operator === '/' || operator === '.' ? raw.slice(1).split(operator) : raw.split(',');
  return items.map(decodeURIComponent);
}

/** The variables of `{a,b}`, with a comma between two. */
function separated(
  pattern: UriPattern,
  variables: readonly UriVariable[],
  add: (variable: UriVariable) => void,
): void {
  for (const [index, variable] of variables.entries()) {
    if (index > 0) pattern.literal(',');
    pattern.capture(() => add(variable));
  }
}

function run(pattern: UriPattern, { most }: UriVariable, than: string, lazy = false): void {
  if (most === undefined) pattern.run(than, lazy);
  else pattern.atMost(most, than);
}

/** A label may hold dots (`file{.ext}`), unless each label is an item, or the path before it takes them. */
function labelEnds({ explode }: UriVariable, than: string, before: string): string {
  return explode || /\{\+[^{}]*\}$/.test(before) ? `${than}.` : than;
}

/** `;name=value`, or `;name` for an empty value; any number of them if the variable is exploded. */
function addParameter(pattern: UriPattern, variable: UriVariable): void {
  const { name, explode } = variable;
  const value = (): void => {
    pattern.optional(() => {
      pattern.literal('=');
      if (variable.most === undefined) pattern.runOrNothing(`${ends};`);
      else pattern.optional(() => run(pattern, variable, `${ends};`));
    });
  };
  if (explode) {
    pattern.capture(() =>
      pattern.repeat(() => {
        pattern.literal(`;${name}`);
        value();
      }),
    );
  } else {
    pattern.optional(() => pattern.literal(`;${name}`).capture(value));
  }
}

import { lowerScheme } from '../protocol/uri-scheme.js';
import { UriPattern } from './uri-pattern.js';

/** The longest URI that is matched, in characters. It bounds the cost of matching. */
const maxUriLength = 8_192;

interface Variable {
  readonly name: string;
  readonly explode: boolean;
}

/** A URI template that does not follow RFC 6570, or that cannot be matched in bounded time. */
export class UriTemplateError extends Error {
  override readonly name = 'UriTemplateError';
}

/**
 * A compiled RFC 6570 template. It tells whether a URI is one of its expansions, and with which variables. Values are
 * percent-decoded. The variables of `{?q,limit}` may come in any order, and each may be absent; unknown query
 * parameters are ignored.
 */
export class UriTemplate {
  readonly variables: readonly string[];
  private readonly pattern = new UriPattern();
  private readonly pathVariables: readonly Variable[];
  private readonly queryVariables: readonly Variable[];
  /** The literal prefix of every match; its scheme in lower case. */
  readonly prefix: string;

  /** Throws `UriTemplateError`. */
  constructor(readonly template: string) {
    const source = lowerScheme(template);
    const path: Variable[] = [];
    const query: Variable[] = [];
    let unbounded = 0;
    for (const [index, part] of source.split(/(\{[^{}]*\})/).entries()) {
      if (index % 2 === 0) {
        if (/[{}]/.test(part)) throw new UriTemplateError(`unbalanced brace in '${template}'`);
        this.pattern.literal(part);
        continue;
      }
      const { operator, variables } = parseExpression(part, template);
      if (operator === '?' || operator === '&') {
        query.push(...variables);
        continue;
      }
      if (query.length > 0)
        throw new UriTemplateError(`'${part}' follows the query in '${template}'`);
      if (operator === '+' || operator === '#' || variables.some(({ explode }) => explode))
        unbounded++;
      path.push(...variables);
      addExpression(this.pattern, operator, variables);
    }
    if (unbounded > 2) {
      throw new UriTemplateError(`more than two variables of '${template}' span segments`);
    }
    const literalQuery = source.replaceAll(/\{[^{}]*\}/g, '').includes('?');
    if (query.length > 0) {
      const pattern = this.pattern;
      pattern.optional(() =>
        pattern.capture(() => pattern.literal(literalQuery ? '&' : '?').runOrNothing('#')),
      );
    }
    this.pathVariables = path;
    this.queryVariables = query;
    this.prefix = source.slice(0, source.search(/\{|$/));
    this.variables = [...path, ...query].map(({ name }) => name);
    if (new Set(this.variables).size !== this.variables.length) {
      throw new UriTemplateError(`a variable stands twice in '${template}'`);
    }
  }

  /** The variables of a URI that went through `lowerScheme`; `undefined` if it does not match this template. */
  match(uri: string): Record<string, string | string[]> | undefined {
    if (!uri.startsWith(this.prefix) || uri.length > maxUriLength) return undefined;
    const groups = this.pattern.match(uri);
    if (!groups) return undefined;
    const values: Record<string, string | string[]> = Object.create(null) as Record<string, string>;
    try {
      for (const [index, { name, explode }] of this.pathVariables.entries()) {
        const raw = groups[index];
        if (raw === undefined || raw === '') continue;
        values[name] = explode
          ? raw
              .split('/')
              .flatMap((part) => (part === '..' ? [part] : part.split(/[.,;]/)))
              .filter(Boolean)
              .map(decodeURIComponent)
          : decodeURIComponent(raw);
      }
      this.readQuery(groups[this.pathVariables.length], values);
    } catch {
      return undefined;
    }
    return values;
  }

  /**
   * The first variable of a matching URI whose value could lead out of the directory that it is appended to: it
   * contains a `..` segment, between `/` or `\\`, or a NUL. `undefined` if there is none.
   */
  unsafeVariable(uri: string): string | undefined {
    if (!/\.\.|%|\0/.test(uri)) return undefined;
    const groups = this.pattern.match(uri) ?? [];
    const given = this.pathVariables.flatMap(({ name }, index) => {
      const raw = groups[index];
      // The parts of an exploded variable are checked unsplit: splitting would hide a `..`.
      return raw === undefined ? [] : [[name, decodeURIComponent(raw)] as const];
    });
    const parameters = new URLSearchParams(groups[this.pathVariables.length]?.slice(1));
    for (const { name } of this.queryVariables) {
      for (const text of parameters.getAll(name)) given.push([name, text]);
    }
    return given.find(([, text]) => isUnsafe(text))?.[0];
  }

  private readQuery(query: string | undefined, values: Record<string, string | string[]>): void {
    if (!query) return;
    const parameters = new URLSearchParams(query.slice(1));
    for (const { name, explode } of this.queryVariables) {
      const all = parameters.getAll(name);
      if (all.length > 0) values[name] = explode ? all : (all[0] as string);
    }
  }
}

function isUnsafe(text: string): boolean {
  return text.includes('\0') || text.split(/[/\\]/).includes('..');
}

function parseExpression(
  expression: string,
  template: string,
): { operator: string; variables: Variable[] } {
  const match = /^\{([+#./;?&]?)([\w.%]+(?::\d+|\*)?(?:,[\w.%]+(?::\d+|\*)?)*)\}$/.exec(expression);
  if (!match) throw new UriTemplateError(`'${expression}' in '${template}' is not RFC 6570`);
  const variables = (match[2] as string).split(',').map((name) => ({
    name: name.replace(/\*$|:\d+$/, ''),
    explode: name.endsWith('*'),
  }));
  return { operator: match[1] as string, variables };
}

/** The characters that end a segment. */
const ends = '/?#';

function addExpression(
  pattern: UriPattern,
  operator: string,
  variables: readonly Variable[],
): void {
  const separated = (add: (variable: Variable) => void): void => {
    for (const [index, variable] of variables.entries()) {
      if (index > 0) pattern.literal(',');
      pattern.capture(() => add(variable));
    }
  };
  switch (operator) {
    case '+':
      return separated(() => pattern.run('', true));
    case '#':
      pattern.optional(() => {
        pattern.literal('#');
        separated(() => pattern.runOrNothing('', true));
      });
      return;
    case '/':
    case '.': {
      const than = operator === '.' ? `${ends}.` : ends;
      for (const { explode } of variables) {
        if (explode) {
          pattern.capture(() => pattern.repeat(() => pattern.literal(operator).run(than)));
        } else {
          pattern.optional(() => pattern.literal(operator).capture(() => pattern.run(than)));
        }
      }
      return;
    }
    case ';':
      for (const { name } of variables) {
        pattern.optional(() =>
          pattern
            .literal(`;${name}`)
            .optional(() => pattern.literal('=').capture(() => pattern.runOrNothing(`${ends};`))),
        );
      }
      return;
    default:
      separated(({ explode }) => pattern.run(variables.length > 1 && !explode ? `${ends},` : ends));
  }
}

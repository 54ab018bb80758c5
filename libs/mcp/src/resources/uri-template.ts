import { lowerScheme } from '../protocol/uri-scheme.js';
import {
  addExpression,
  parseExpression,
  readVariable,
  spansSegments,
  type UriVariable,
} from './uri-expression.js';
import { UriPattern } from './uri-pattern.js';

/** The longest URI that is matched, in characters. It bounds the cost of matching. */
const maxUriLength = 8_192;

/** The sum of the prefix lengths of a template (`{name:3}`): a pattern has two steps for each character. */
const maxPrefixes = 256;

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
  private readonly pathVariables: readonly UriVariable[];
  private readonly queryVariables: readonly UriVariable[];
  /** The literal prefix of every match; its scheme in lower case. */
  readonly prefix: string;

  /** Throws `UriTemplateError`. */
  constructor(readonly template: string) {
    const source = lowerScheme(template);
    const path: UriVariable[] = [];
    const query: UriVariable[] = [];
    const parts = source.split(/(\{[^{}]*\})/);
    let unbounded = 0;
    let prefixes = 0;
    for (const [index, part] of parts.entries()) {
      if (index % 2 === 0) {
        if (/[{}]/.test(part)) throw new UriTemplateError(`unbalanced brace in '${template}'`);
        this.pattern.literal(part);
        continue;
      }
      const variables = parseExpression(part);
      if (!variables) throw new UriTemplateError(`'${part}' in '${template}' is not RFC 6570`);
      const operator = variables[0]?.operator;
      if (operator === '?' || operator === '&') {
        query.push(...variables);
        continue;
      }
      if (query.length > 0)
        throw new UriTemplateError(`'${part}' follows the query in '${template}'`);
      if (variables.some(spansSegments)) unbounded++;
      prefixes += variables.reduce((sum, { most = 0 }) => sum + most, 0);
      if (prefixes > maxPrefixes) {
        throw new UriTemplateError(
          `the prefixes of '${template}' are longer than ${maxPrefixes} characters together`,
        );
      }
      path.push(...variables);
      addExpression(this.pattern, variables, {
        before: parts.slice(0, index).join(''),
        parameters: source.includes('{;'),
      });
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
      for (const [index, variable] of this.pathVariables.entries()) {
        const raw = groups[index];
        // An exploded variable without items has captured nothing.
        if (raw === undefined || (variable.explode && raw === '')) continue;
        values[variable.name] = readVariable(variable, raw);
      }
      if (!this.readQuery(groups[this.pathVariables.length], values)) return undefined;
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
    const given = this.pathVariables.flatMap((variable, index) => {
      const raw = groups[index];
      if (raw === undefined) return [];
      // A list is also checked unsplit.
      const texts = [decodeURIComponent(raw), readVariable(variable, raw)].flat();
      return texts.map((text) => [variable.name, text] as const);
    });
    const parameters = new URLSearchParams(groups[this.pathVariables.length]?.slice(1));
    for (const { name } of this.queryVariables) {
      for (const text of parameters.getAll(name)) given.push([name, text]);
    }
    return given.find(([, text]) => isUnsafe(text))?.[0];
  }

  /** Whether the values of the query fit its variables; those that are there are added to `values`. */
  private readQuery(query: string | undefined, values: Record<string, string | string[]>): boolean {
    if (!query) return true;
    const parameters = new URLSearchParams(query.slice(1));
    for (const { name, explode, most = Infinity } of this.queryVariables) {
      const all = parameters.getAll(name);
      if (all.some((value) => Array.from(value).length > most)) return false;
      if (all.length > 0) values[name] = explode ? all : (all[0] as string);
    }
    return true;
  }
}

/** Whether a text has a `..` segment, between `/` or `\\`, or a NUL. */
export function isUnsafe(text: string): boolean {
  return text.includes('\0') || text.split(/[/\\]/).includes('..');
}

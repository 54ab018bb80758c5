/** A piece of a route's path: text, a variable, or a group in braces that may be absent. */
type Piece = string | Variable | { readonly group: readonly Piece[] };

interface Variable {
  readonly name: string;
  /** Matches several segments. */
  readonly wildcard: boolean;
  readonly optional: boolean;
}

/** A route's path in the syntax of Express and Fastify: `/shops/:shop{/orders/*rest}`, `/files/:name?`. */
export class RoutePath {
  private readonly pieces: readonly Piece[];

  constructor(readonly pattern: string) {
    this.pieces = parse(pattern);
  }

  /** The variables, and whether each is in every path of this form. */
  variables(): Map<string, boolean> {
    const found = new Map<string, boolean>();
    collect(this.pieces, true, found);
    return found;
  }

  /**
   * The path with the values of its variables. If a value is missing or empty, the variable's own name takes its place,
   * so that middleware bound to the path still matches.
   */
  toPath(values: Readonly<Record<string, unknown>>): string {
    return fill(this.pieces, values) || '/';
  }

  /** Matches the paths of this form. */
  toRegExp(): RegExp {
    return new RegExp(`^${toSource(this.pieces)}/?$`, 'i');
  }
}

const token = /[{}]|([:*])([A-Za-z_]\w*)(?:\([^)]*\))?(\?)?/g;

function parse(pattern: string): Piece[] {
  const stack: Piece[][] = [[]];
  let end = 0;
  const text = (until: number): void => {
    if (until > end) stack.at(-1)?.push(pattern.slice(end, until));
  };
  for (const match of pattern.matchAll(token)) {
    const [all, kind, name, mark] = match;
    text(match.index);
    end = match.index + all.length;
    if (all === '{') stack.push([]);
    else if (all === '}') {
      const group = stack.length > 1 ? stack.pop() : undefined;
      if (group) stack.at(-1)?.push({ group });
    } else if (name !== undefined) {
      stack.at(-1)?.push({ name, wildcard: kind === '*', optional: mark !== undefined });
    }
  }
  text(pattern.length);
  return stack.flat();
}

function collect(pieces: readonly Piece[], always: boolean, found: Map<string, boolean>): void {
  for (const piece of pieces) {
    if (typeof piece === 'string') continue;
    if ('group' in piece) collect(piece.group, false, found);
    else found.set(piece.name, always && !piece.optional);
  }
}

function fill(pieces: readonly Piece[], values: Readonly<Record<string, unknown>>): string {
  let path = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') path += piece;
    else if ('group' in piece) {
      const names = new Map<string, boolean>();
      collect(piece.group, true, names);
      if ([...names.keys()].some((name) => isGiven(values[name])))
        path += fill(piece.group, values);
    } else if (isGiven(values[piece.name])) path += encode(values[piece.name], piece.wildcard);
    else if (piece.optional) path = path.replace(/\/$/, '');
    else path += `:${piece.name}`;
  }
  return path;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function encode(value: unknown, wildcard: boolean): string {
  if (!wildcard) return encodeText(String(value));
  const segments = Array.isArray(value) ? value : String(value).split('/');
  return segments.map((segment) => encodeText(String(segment))).join('/');
}

/** Like `encodeURIComponent`, for any text: a lone surrogate, for which that function throws, becomes U+FFFD. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function toSource(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return escape(piece);
      if ('group' in piece) return `(?:${toSource(piece.group)})?`;
      const source = piece.wildcard ? '.+' : '[^/]+';
      return piece.optional ? `(?:${source})?` : source;
    })
    .join('');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, (special) =>
    special === '*' ? '.*' : `\\${special}`,
  );
}

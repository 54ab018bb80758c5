/** One segment of a route: a text, a pattern for one segment, or a wildcard for several. */
type Segment = string | RegExp | Wildcard;

/** Matches any number of segments, at least `least`. */
interface Wildcard {
  readonly least: 0 | 1;
}

/**
 * The path of a route as Nest declares it, with parameters (`:id`), wildcards (`*path`, `*`) and optional groups
 * (`{/:id}`). Letter case and a trailing slash make no difference.
 */
export class RoutePattern {
  private readonly variants: readonly (readonly Segment[])[];

  constructor(path: string) {
    this.variants = expandGroups(path).map((variant) => toSegments(variant));
  }

  /** Whether the path has neither parameters nor wildcards, and so matches only itself. */
  get isLiteral(): boolean {
    return this.variants.every((one) => one.every((segment) => typeof segment === 'string'));
  }

  /** Whether the path of a request, without query, matches the route. */
  matches(path: string): boolean {
    const given = splitPath(path.toLowerCase());
    return this.variants.some((variant) => overlap(variant, given));
  }

  /** Whether any path matches both routes. */
  overlaps(other: RoutePattern): boolean {
    return this.variants.some((one) => other.variants.some((two) => overlap(one, two)));
  }
}

/** The segments of a path, without empty ones. */
export function splitPath(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** `/a{/:b}` → `/a/:b`, `/a`. */
function expandGroups(path: string): string[] {
  const group = /\{([^{}]*)\}/.exec(path);
  if (!group) return [path];
  const [whole, inner = ''] = group;
  return [path.replace(whole, () => inner), path.replace(whole, '')].flatMap(expandGroups);
}

function toSegments(path: string): Segment[] {
  return splitPath(path).map((segment) => {
    if (/^\*\w+$/.test(segment)) return { least: 1 };
    if (segment === '*' || segment === '(.*)') return { least: 0 };
    return /[:*(]/.test(segment) ? toRegExp(segment) : segment.toLowerCase();
  });
}

/** `:name`, `:name(\\d+)`, `v:major.:minor`, `file*`: a pattern of one segment. */
function toRegExp(segment: string): RegExp {
  const source = segment.replaceAll(
    /:\w+(\([^)]*\))?\??|\*\w*|[^:*]+|:/g,
    (part, own: string | undefined) => {
      if (part.startsWith('*')) return '.*';
      if (part.length > 1 && part.startsWith(':')) return own ?? '.+';
      return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
    },
  );
  return new RegExp(`^${source}$`, 'i');
}

function overlap(one: readonly Segment[], other: readonly Segment[]): boolean {
  const [first, ...rest] = one;
  const [second, ...others] = other;
  if (first === undefined) return other.every((segment) => isWildcard(segment) && !segment.least);
  if (isWildcard(first)) {
    if (!first.least && overlap(rest, other)) return true;
    return second !== undefined && (overlap(rest, others) || overlap(one, others));
  }
  if (second === undefined) return false;
  if (isWildcard(second)) return overlap(other, one);
  return fits(first, second) && overlap(rest, others);
}

function fits(one: string | RegExp, other: string | RegExp): boolean {
  if (typeof one === 'string') return typeof other === 'string' ? one === other : other.test(one);
  return typeof other === 'string' ? one.test(other) : true;
}

function isWildcard(segment: Segment): segment is Wildcard {
  return typeof segment === 'object' && 'least' in segment;
}

import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpSchema } from '../schema/mcp.schema.js';
import type { NamedSchema } from '../schema/object.schema.js';
import type { RoutePart } from './parameter-route.js';

/** The parameter that reads one key of the input. */
interface Claim {
  /** `undefined` for `@McpParam`. */
  readonly part: RoutePart | undefined;
  /** Whether it is read by its name, not as a property of a DTO. */
  readonly named: boolean;
  readonly property: NamedSchema;
}

/** The keys of an input and the parameters that read them: two parts of a request cannot have the same key. */
export class InputClaims {
  private readonly claims = new Map<string, Claim>();

  constructor(private readonly where: string) {}

  /** Claims a key by its name. Throws `McpConfigurationError` if another part has it. */
  takeNamed(part: RoutePart | undefined, property: NamedSchema): void {
    const { name } = property;
    const known = this.claims.get(name);
    if (known && (part === undefined || known.part !== part)) {
      throw new McpConfigurationError(
        this.where,
        `two parameters are named '${name}'.`,
        'Give one of them another name.',
      );
    }
    this.claims.set(name, {
      part,
      named: true,
      property: known ? both(known.property, property) : property,
    });
  }

  /**
   * Claims a key as a property of a DTO. Returns `false` if a named parameter has it and the DTO does not require it.
   * Throws `McpConfigurationError` if the DTO requires it, or if a DTO of another part has it.
   */
  takeProperty(part: RoutePart, property: NamedSchema): boolean {
    const { name } = property;
    const known = this.claims.get(name);
    if (!known) this.claims.set(name, { part, named: false, property });
    else if (known.part === part) {
      this.claims.set(name, { ...known, property: both(known.property, property) });
    } else if (known.named && !property.required) return false;
    else {
      throw new McpConfigurationError(
        this.where,
        `the input '${name}' belongs to ${decoratorOf(known.part)} and to ${decoratorOf(part)}.`,
        'An input has one place: rename one of the two.',
      );
    }
    return true;
  }

  has(name: string): boolean {
    return this.claims.has(name);
  }

  get properties(): NamedSchema[] {
    return [...this.claims.values()].map(({ property }) => property);
  }

  /** The keys of one part; `undefined` means those of `@McpParam`. */
  keysOf(part: RoutePart | undefined): Set<string> {
    return new Set([...this.claims].filter(([, own]) => own.part === part).map(([name]) => name));
  }
}

/** The name of the decorator for a part, for errors. */
export function decoratorOf(part: RoutePart | undefined): string {
  if (part === undefined) return '@McpParam()';
  return { params: '@Param()', query: '@Query()', body: '@Body()' }[part];
}

/** Accepts everything, because the parameters check their own parts. */
export const unchecked: McpSchema['validate'] = (value) => ({ value });

/** One key that two parameters read from one part: the constraints of both apply. */
function both(one: NamedSchema, other: NamedSchema): NamedSchema {
  return {
    name: one.name,
    required: one.required || other.required,
    schema: { json: { ...one.schema.json, ...other.schema.json }, validate: unchecked },
  };
}

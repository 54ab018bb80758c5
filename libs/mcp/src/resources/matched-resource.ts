import type { Target } from '../access/primitive-access.js';
import type { ResourcePrimitive } from './resource.primitive.js';

/** A resource that a URI matches, with the values of its template's variables. */
export interface MatchedResource extends Target {
  readonly resource: ResourcePrimitive;
  readonly variables: Record<string, string | string[]>;
}

/** Creates the match of a resource. */
export function toMatch(
  resource: ResourcePrimitive,
  variables: MatchedResource['variables'],
): MatchedResource {
  const { access, key, where } = resource;
  return { access, key, where, resource, variables };
}

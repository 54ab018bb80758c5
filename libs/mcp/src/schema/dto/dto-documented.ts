import type { ClassReferences, DescribedProperty, DtoProperty } from './dto-property.js';
import { annotationsOf } from './swagger-hints.js';
import { claimsOfType, toJsonSchema } from './swagger.schema.js';

/** A property of a class that nothing validates: what its documentation says, which is all that a client can go by. */
export function describeDocumented(
  { name, api, hints, default: initial }: DtoProperty,
  references: ClassReferences,
): DescribedProperty {
  const shape = api ? toJsonSchema(api, references) : claimsOfType(hints.design, references);
  const { description: _, default: __, ...claims } = shape;
  return {
    // No transformation runs: the class is taken as it comes.
    key: name,
    schema: {
      ...claims,
      ...annotationsOf(api),
      ...(initial !== undefined && { default: initial }),
    },
    required: api !== undefined && api['required'] !== false && initial === undefined,
  };
}

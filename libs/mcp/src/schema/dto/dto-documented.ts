import type { ClassReferences, DescribedProperty, DtoProperty } from './dto-property.js';
import { annotationsOf } from './swagger-hints.js';
import { claimsOfType, toJsonSchema } from './swagger.schema.js';

/** The schema of a property without validation: its documentation, which is all that clients have. */
export function describeDocumented(
  { name, api, hints, default: initial }: DtoProperty,
  references: ClassReferences,
): DescribedProperty {
  const shape = api ? toJsonSchema(api, references) : claimsOfType(hints.design, references);
  const { description: _, default: __, ...claims } = shape;
  return {
    // Without a transformation, keys have the names of the properties.
    key: name,
    schema: {
      ...claims,
      ...annotationsOf(api),
      ...(initial !== undefined && { default: initial }),
    },
    required: api !== undefined && api['required'] !== false && initial === undefined,
  };
}

import { InvalidInputException } from '../errors/invalid-input.exception.js';
import { toLines } from '../schema/issue-lines.js';
import type { ParameterPlan } from './parameter-bound.js';

/** The refusal of an empty text in the path: over HTTP no such URL reaches the route. */
export const EMPTY = 'must not be empty';

/** The plan of a route method, which also refuses empty texts for variables of the path that no parameter checks. */
export function refusingEmpty(plan: ParameterPlan): ParameterPlan {
  const { mapping, check, input } = plan;
  if (!mapping || mapping.params.size === 0) return plan;
  return {
    ...plan,
    check: async (given) => {
      const values = (given ?? {}) as Readonly<Record<string, unknown>>;
      const empty = [...mapping.params].filter(
        (name) => Object.hasOwn(values, name) && values[name] === '',
      );
      if (empty.length > 0) {
        const issues = empty.map((name) => ({ path: [name], message: EMPTY }));
        throw new InvalidInputException(toLines(issues, given, input.json));
      }
      return check?.(given);
    },
  };
}

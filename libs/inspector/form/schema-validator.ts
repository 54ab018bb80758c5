import { Validator, type OutputUnit } from '@cfworker/json-schema';
import {
  ErrorSchemaBuilder,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from '@rjsf/utils';

const compiled = new WeakMap<object, WeakMap<object, Validator>>();

/** Validates values for the form by interpreting their schema, because the page may not compile code. */
export const schemaValidator: ValidatorType = {
  validateFormData(value, schema) {
    const problems = check(schema, value);
    const builder = new ErrorSchemaBuilder();
    for (const { path, message } of problems) builder.addErrors(message, [...path]);
    return { errors: problems.map(toError), errorSchema: builder.ErrorSchema };
  },
  isValid(schema, value, root) {
    try {
      return validatorOf(schema, root).validate(value).valid;
    } catch {
      // A schema that cannot be interpreted accepts no value.
      return false;
    }
  },
  rawValidation(schema, value) {
    return { errors: check(schema, value).map(toError) as never[] };
  },
};

/** An error at one position of a value. */
interface Problem {
  readonly keyword: string;
  readonly path: readonly string[];
  readonly message: string;
}

function check(schema: RJSFSchema, value: unknown): Problem[] {
  const { errors } = validatorOf(schema, schema).validate(value ?? {});
  const inner = errors.filter(({ keyword }) => !outer.has(keyword));
  return (inner.length > 0 ? inner : errors).map(toProblem);
}

/** Keywords whose errors only mean that there is an error deeper in the value. */
const outer = new Set([
  'properties',
  'items',
  '$ref',
  'allOf',
  'additionalProperties',
  'prefixItems',
]);

function validatorOf(schema: RJSFSchema, root: RJSFSchema): Validator {
  let known = compiled.get(root);
  if (!known) {
    known = new WeakMap();
    compiled.set(root, known);
  }
  let validator = known.get(schema);
  if (!validator) {
    const { $defs, definitions } = root;
    const whole = { ...($defs && { $defs }), ...(definitions && { definitions }), ...schema };
    validator = new Validator(whole as never, '2020-12', false);
    known.set(schema, validator);
  }
  return validator;
}

function toProblem({ keyword, instanceLocation, error }: OutputUnit): Problem {
  const missing = keyword === 'required' ? /"([^"]+)"/.exec(error)?.[1] : undefined;
  const parent = instanceLocation.split('/').slice(1).map(unescape);
  if (missing === undefined) return { keyword, path: parent, message: error };
  return { keyword, path: [...parent, missing], message: 'This is required.' };
}

function toError({ keyword, path, message }: Problem): RJSFValidationError {
  const property = `.${path.join('.')}`;
  return { name: keyword, property, message, stack: `${property} ${message}` };
}

function unescape(token: string): string {
  return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
}

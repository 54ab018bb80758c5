import { Validator, type OutputUnit } from '@cfworker/json-schema';
import {
  toErrorSchema,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from '@rjsf/utils';

const compiled = new WeakMap<object, WeakMap<object, Validator>>();

/** Checks values for the form by interpreting their schema: the page may not make code from text. */
export const schemaValidator: ValidatorType = {
  validateFormData(value, schema) {
    const errors = check(schema, value);
    return { errors, errorSchema: toErrorSchema(errors) };
  },
  isValid(schema, value, root) {
    try {
      return validatorOf(schema, root).validate(value).valid;
    } catch {
      // A schema that cannot be followed holds for no value.
      return false;
    }
  },
  rawValidation(schema, value) {
    return { errors: check(schema, value) as never[] };
  },
};

/** What is wrong with a value, one error for each place. */
export function check(schema: RJSFSchema, value: unknown): RJSFValidationError[] {
  const { errors } = validatorOf(schema, schema).validate(value ?? {});
  const inner = errors.filter(({ keyword }) => !outer.has(keyword));
  return (inner.length > 0 ? inner : errors).map(toError);
}

/** Keywords whose errors only say that an error lies deeper. */
const outer = new Set(['properties', 'items', '$ref', 'allOf', 'additionalProperties', 'prefixItems']);

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

function toError({ keyword, instanceLocation, error }: OutputUnit): RJSFValidationError {
  const missing = keyword === 'required' ? /"([^"]+)"/.exec(error)?.[1] : undefined;
  const parent = instanceLocation.slice(1).split('/').slice(1).map(unescape);
  const path = missing === undefined ? parent : [...parent, missing];
  const message = missing === undefined ? error : 'This is required.';
  const property = path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `['${key}']`)).join('');
  return { name: keyword, property, message, stack: `${path.join('.')}: ${message}` };
}

function unescape(token: string): string {
  return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
}

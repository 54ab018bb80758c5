import type { PropertyRules, ValidationRule } from './class-validator.metadata.js';
import type { JsonSchema } from '../mcp.schema.js';

/** Rules that their keywords express only in part: their words go into the description. */
const SAID_IN_PART = new Set([
  'isBIC',
  'isBtcAddress',
  'isByteLength',
  'isDataURI',
  'isDateString',
  'isFqdn',
  'isISO31661Alpha2',
  'isISO31661Alpha3',
  'isISO31661Numeric',
  'isISO4217CurrencyCode',
  'isISO6391',
  'isISSN',
  'isIsin',
  'isIso8601',
  'isLatLong',
  'isLatitude',
  'isLongitude',
  'isLowercase',
  'isMagnetURI',
  'isMimeType',
  'isRgbColor',
  'isStrongPassword',
  'isUppercase',
  'maxDate',
  'minDate',
]);

/** Rules that only constrain the type. */
const TYPES_ONLY = new Set([
  'isString',
  'isObject',
  'isArray',
  'isInstance',
  'isInt',
  'isNumber',
  'isBoolean',
]);

function isSaid({ name, claims }: ValidationRule, all: JsonSchema): boolean {
  if (name === 'arrayUnique') return 'uniqueItems' in all;
  if (SAID_IN_PART.has(name)) return false;
  return TYPES_ONLY.has(name) || Object.keys(claims ?? {}).some((keyword) => keyword !== 'type');
}

/**
 * A description for a property without its own, in class-validator's words: the requirements that its `claims` do not
 * express. With `@Transform()` all rules become words, because they apply to its result.
 */
export function adviceOf(
  { rules, conditional }: PropertyRules,
  claims: JsonSchema,
  transformed: boolean,
): JsonSchema {
  const open = transformed || conditional;
  const words = rules
    .filter((rule) => open || !isSaid(rule, claims))
    .map((rule) => rule.words())
    .filter((text) => text !== undefined && text !== '');
  if (words.length === 0) return {};
  const text = [...new Set(words)].join('; ');
  const prefix = transformed ? 'Once converted: ' : conditional ? 'Where it applies: ' : '';
  return { description: `${prefix}${prefix ? text : capitalised(text)}` };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

import type { PropertyRules } from './class-validator.metadata.js';
import type { JsonSchema } from './mcp.schema.js';

/** Rules whose keywords say less than they ask for: their words go into the description. */
const IN_WORDS = new Set([
  'arrayUnique',
  'isBIC',
  'isBtcAddress',
  'isCreditCard',
  'isCurrency',
  'isDataURI',
  'isDateString',
  'isEAN',
  'isFqdn',
  'isHSL',
  'isIBAN',
  'isISO31661Alpha2',
  'isISO31661Alpha3',
  'isISO31661Numeric',
  'isISO4217CurrencyCode',
  'isISO6391',
  'isISSN',
  'isIdentityCard',
  'isIp',
  'isIsbn',
  'isIsin',
  'isIso8601',
  'isJson',
  'isLatLong',
  'isLocale',
  'isLowercase',
  'isMacAddress',
  'isMagnetURI',
  'isMimeType',
  'isMobilePhone',
  'isPassportNumber',
  'isPhoneNumber',
  'isPostalCode',
  'isRgbColor',
  'isStrongPassword',
  'isTaxId',
  'isTimeZone',
  'isUppercase',
  'isUrl',
  'maxDate',
  'minDate',
]);

/**
 * A description for a property that has none of its own, from class-validator's own words: what is asked for and
 * cannot be written as a keyword. A `@Transform()` leaves all rules to words, for they hold of its result.
 */
export function adviceOf(
  { rules, conditional }: PropertyRules,
  { transformed }: { transformed: boolean },
): JsonSchema {
  const open = transformed || conditional;
  const words = rules
    .filter(({ name }) => open || IN_WORDS.has(name))
    .map((rule) => rule.words())
    .filter((text) => text !== undefined);
  if (words.length === 0) return {};
  const text = [...new Set(words)].join('; ');
  const prefix = transformed ? 'Once converted: ' : conditional ? 'Where it applies: ' : '';
  return { description: `${prefix}${prefix ? text : capitalised(text)}` };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

import { count, positiveCount, type ToClaims } from './keyword-claims.js';
import type { JsonSchema } from '../mcp.schema.js';
import { escapePattern, toPattern } from './pattern-rewriter.js';

type Options = Readonly<Record<string, unknown>>;

const optionsOf = (value: unknown): Options =>
  typeof value === 'object' && value !== null ? (value as Options) : {};

const string: ToClaims = () => ({ type: 'string' });
const matching =
  (pattern: string): ToClaims =>
  () => ({ type: 'string', pattern });
const isDefault = (locale: unknown): boolean => locale === undefined || locale === 'en-US';
const NON_ASCII = { pattern: '[^\\x00-\\x7F]' };

const HASHES: Readonly<Record<string, number>> = {
  md5: 32,
  md4: 32,
  sha1: 40,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  ripemd128: 32,
  ripemd160: 40,
  tiger128: 32,
  tiger160: 40,
  tiger192: 48,
  crc32: 8,
  crc32b: 8,
};

/** Rules of class-validator for strings, by the name in their errors. */
export const STRING_RULES: Readonly<Record<string, ToClaims>> = {
  isString: string,
  isLength: ([min, max]) => ({
    type: 'string',
    ...positiveCount('minLength', min),
    ...count('maxLength', max),
  }),
  minLength: ([min]) => ({ type: 'string', ...positiveCount('minLength', min) }),
  maxLength: ([max]) => ({ type: 'string', ...count('maxLength', max) }),
  // A character takes one to four bytes.
  isByteLength: ([min, max]) => ({
    type: 'string',
    ...(typeof min === 'number' ? positiveCount('minLength', Math.ceil(min / 4)) : {}),
    ...count('maxLength', max),
  }),
  contains: ([seed]) => ({
    type: 'string',
    ...(typeof seed === 'string' && seed !== '' && { pattern: escapePattern(seed) }),
  }),
  notContains: ([seed]) => ({
    type: 'string',
    ...(typeof seed === 'string' && seed !== '' && { not: { pattern: escapePattern(seed) } }),
  }),
  matches: ([pattern, modifiers]) => {
    const expression =
      pattern instanceof RegExp
        ? pattern
        : new RegExp(String(pattern), typeof modifiers === 'string' ? modifiers : '');
    const text = toPattern(expression);
    return { type: 'string', ...(text !== undefined && { pattern: text }) };
  },
  isAlpha: ([locale]) => (isDefault(locale) ? matching('^[A-Za-z]+$')([]) : string([])),
  isAlphanumeric: ([locale]) => (isDefault(locale) ? matching('^[0-9A-Za-z]+$')([]) : string([])),
  isAscii: matching('^[\\x00-\\x7F]+$'),
  isMultibyte: matching('[^\\x00-\\x7F]'),
  isSurrogatePair: matching('[^\\u0000-\\uFFFF]'),
  isFullWidth: matching('[^\\u0020-\\u007E\\uFF61-\\uFF9F\\uFFA0-\\uFFDC\\uFFE8-\\uFFEE0-9a-zA-Z]'),
  isHalfWidth: matching('[\\u0020-\\u007E\\uFF61-\\uFF9F\\uFFA0-\\uFFDC\\uFFE8-\\uFFEE0-9a-zA-Z]'),
  isVariableWidth: string,
  isLowercase: matching('^[^A-Z]*$'),
  isUppercase: matching('^[^a-z]*$'),
  isNumberString: ([options]) => {
    const { no_symbols: noSymbols, locale } = optionsOf(options);
    if (noSymbols) return matching('^[0-9]+$')([]);
    return isDefault(locale) ? matching('^[+\\-]?([0-9]*[.])?[0-9]+$')([]) : string([]);
  },
  isDecimal: ([options]) => {
    const { locale, decimal_digits: digits = '1,', force_decimal: force } = optionsOf(options);
    if (!isDefault(locale) || !/^\d+(,\d*)?$/u.test(String(digits))) return string([]);
    const fraction = `\\.[0-9]{${String(digits)}}`;
    const number = force ? `[0-9]*${fraction}` : `([0-9]+(${fraction})?|${fraction})`;
    return matching(`^[\\-+]?${number}$`)([]);
  },
  isBooleanString: () => ({ type: 'string', enum: ['true', 'false', '1', '0'] }),
  isBase64: ([options]) => {
    const { urlSafe = false, padding = !urlSafe } = optionsOf(options);
    const letters = urlSafe ? 'A-Za-z0-9_\\-' : 'A-Za-z0-9+\\/';
    if (!padding) return matching(`^[${letters}]*$`)([]);
    const group = `[${letters}]{4}`;
    return matching(`^(${group})*([${letters}]{2}==|[${letters}]{3}=)?$`)([]);
  },
  isBase32: matching('^(?=(.{8})+$)[A-Z2-7]+=*$'),
  isBase58: matching('^[A-HJ-NP-Za-km-z1-9]*$'),
  isHexadecimal: matching('^(0[xXhH])?[0-9A-Fa-f]+$'),
  isHexColor: matching('^#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$'),
  isMongoId: () => ({
    type: 'string',
    minLength: 24,
    maxLength: 24,
    pattern: '^(0[xXhH])?[0-9A-Fa-f]+$',
  }),
  isOctal: matching('^(0[oO])?[0-7]+$'),
  isPort: matching(
    '^(-0|\\+?(0|[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]))$',
  ),
  isMilitaryTime: matching('^([01]\\d|2[0-3]):?([0-5]\\d)$'),
  IsFirebasePushId: matching('^[a-zA-Z0-9_\\-]{20}$'),
  isHash: ([algorithm]) => {
    const length = HASHES[String(algorithm)];
    return length ? matching(`^[a-fA-F0-9]{${length}}$`)([]) : string([]);
  },
  isJwt: matching('^[A-Za-z0-9_\\-]*\\.[A-Za-z0-9_\\-]*\\.[A-Za-z0-9_\\-]*$'),
  isSemVer: matching(
    '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)' +
      '(?:-(?:0|[1-9]\\d*|\\d*[a-zA-Z\\-][0-9a-zA-Z\\-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z\\-][0-9a-zA-Z\\-]*))*)?' +
      '(?:\\+[0-9a-zA-Z\\-]+(?:\\.[0-9a-zA-Z\\-]+)*)?$',
  ),
  isBIC: matching('^[A-Za-z]{6}[A-Za-z0-9]{2}([A-Za-z0-9]{3})?$'),
  isBtcAddress: matching(
    '^((bc1|tb1)p?[ac-hj-np-z02-9]{39,58}|[123m][A-HJ-NP-Za-km-z1-9]{25,39})$',
  ),
  isEthereumAddress: matching('^0[xX][0-9a-fA-F]{40}$'),
  isISO31661Alpha2: matching('^[A-Za-z]{2}$'),
  isISO31661Alpha3: matching('^[A-Za-z]{3}$'),
  isISO31661Numeric: matching('^[0-9]{3}$'),
  isISO4217CurrencyCode: matching('^[A-Za-z]{3}$'),
  isISO6391: matching('^[a-z]{2}$'),
  isISRC: matching('^[A-Z]{2}[0-9A-Z]{3}\\d{7}$'),
  isIsin: matching('^[A-Z]{2}[0-9A-Z]{9}[0-9]$'),
  isISSN: matching('^\\d{4}-?\\d{3}[\\dXx]$'),
  isRFC3339: matching(
    '^[0-9]{4}-(0[1-9]|1[0-2])-([12]\\d|0[1-9]|3[01])[ tT]' +
      '([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?' +
      '([zZ]|[\\-+]([01][0-9]|2[0-3]):[0-5][0-9])$',
  ),
  isLatLong: matching(','),
  isMagnetURI: matching('^magnet:\\?'),
  isEmail: ([options]) => {
    // With these options, more is accepted than the format `email` allows.
    const { allow_display_name, require_display_name, allow_ip_domain, require_tld } =
      optionsOf(options);
    const wider =
      allow_display_name || require_display_name || allow_ip_domain || require_tld === false;
    return wider ? matching('@')([]) : { type: 'string', format: 'email' };
  },
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isIp: ([version]) => {
    if (String(version) === '4') return { type: 'string', format: 'ipv4' };
    // A zone (`fe80::1%eth0`) is accepted, but is not part of the format.
    const ipv6 = [{ format: 'ipv6' }, { pattern: '^[0-9a-fA-F:.]+%[0-9a-zA-Z.]+$' }];
    return {
      type: 'string',
      anyOf: String(version) === '6' ? ipv6 : [{ format: 'ipv4' }, ...ipv6],
    };
  },
  isFqdn: ([options]) => {
    const { allow_underscores, allow_wildcard, allow_trailing_dot, require_tld } =
      optionsOf(options);
    if (allow_underscores || allow_wildcard || allow_trailing_dot || require_tld === false) {
      return string([]);
    }
    return { type: 'string', anyOf: [{ format: 'hostname' }, NON_ASCII] };
  },
  isUrl: string,
  isDateString: () => isoDate(),
  isIso8601: () => isoDate(),
  isMacAddress: string,
  isDataURI: matching('^data:'),
  isJson: string,
  isMimeType: matching('/'),
  isLocale: string,
  isTimeZone: string,
  isCreditCard: string,
  isCurrency: string,
  isEAN: string,
  isHSL: string,
  isRgbColor: matching('^rgba?\\('),
  isIBAN: string,
  isIdentityCard: string,
  isIsbn: string,
  isMobilePhone: string,
  isPassportNumber: string,
  isPhoneNumber: string,
  isPostalCode: string,
  isStrongPassword: () => ({ type: 'string', format: 'password' }),
  isTaxId: string,
};

/** ISO 8601 allows more than `date-time`: basic form, weeks, ordinal days, reduced precision. */
const ISO_8601 =
  '^[+\\-]?\\d{4}(-?(\\d{2}(-?\\d{2})?|W\\d{2}(-?\\d)?|\\d{3})([T\\s][\\d:.,]*([zZ]|[+\\-]\\d{2}:?(\\d{2})?)?)?)?$';

function isoDate(): JsonSchema {
  return {
    type: 'string',
    anyOf: [{ format: 'date-time' }, { format: 'date' }, { pattern: ISO_8601 }],
  };
}

import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import * as classValidator from 'class-validator';
import { getMetadataStorage } from 'class-validator';
import type { JsonSchema } from '../mcp.schema.js';
import { toSchema } from '../to-schema.js';
import { RULES } from './value.rules.js';

enum Role {
  Admin = 'admin',
  User = 'user',
}

enum Level {
  Low,
  High,
}

/** Every decorator that holds a rule, with arguments as applications give them. */
const DECORATORS: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  ArrayContains: [[['a']], [[{}]]],
  ArrayMaxSize: [[2]],
  ArrayMinSize: [[1], [0]],
  ArrayNotContains: [[['a', 1]], [[{}]]],
  ArrayNotEmpty: [[]],
  ArrayUnique: [[], [(item: unknown) => String(item)]],
  Contains: [['a.b'], ['']],
  Equals: [['x'], [null], [1], [{}]],
  IsAlpha: [[], ['de-DE']],
  IsAlphanumeric: [[], ['fr-FR']],
  IsArray: [[]],
  IsAscii: [[]],
  IsBIC: [[]],
  IsBase32: [[]],
  IsBase58: [[]],
  IsBase64: [[], [{ urlSafe: true }], [{ urlSafe: true, padding: true }], [{ padding: false }]],
  IsBoolean: [[]],
  IsBooleanString: [[]],
  IsBtcAddress: [[]],
  IsByteLength: [[1, 5], [4]],
  IsCreditCard: [[]],
  IsCurrency: [[]],
  IsDataURI: [[]],
  IsDate: [[]],
  IsDateString: [[], [{ strict: true }]],
  IsDecimal: [[], [{ force_decimal: true, decimal_digits: '1,2' }], [{ locale: 'de-DE' }]],
  IsDefined: [[]],
  IsDivisibleBy: [[3], [2.5], [0]],
  IsEAN: [[]],
  IsEmail: [[], [{ require_tld: false }], [{ allow_display_name: true }]],
  IsEmpty: [[]],
  IsEnum: [[Role], [Level]],
  IsEthereumAddress: [[]],
  IsFQDN: [[], [{ require_tld: false }], [{ allow_trailing_dot: true }]],
  IsFirebasePushId: [[]],
  IsFullWidth: [[]],
  IsHSL: [[]],
  IsHalfWidth: [[]],
  IsHash: [['md5'], ['sha256']],
  IsHexColor: [[]],
  IsHexadecimal: [[]],
  IsIBAN: [[]],
  IsIP: [[], [4], ['6']],
  IsISBN: [[], ['13']],
  IsISIN: [[]],
  IsISO31661Alpha2: [[]],
  IsISO31661Alpha3: [[]],
  IsISO31661Numeric: [[]],
  IsISO4217CurrencyCode: [[]],
  IsISO6391: [[]],
  IsISO8601: [[], [{ strictSeparator: true }]],
  IsISRC: [[]],
  IsISSN: [[]],
  IsIdentityCard: [['any']],
  IsIn: [[['a', 1, null]], [['a', 'b']], [[{}]]],
  IsInstance: [[Date], [Map], [Array], [Role]],
  IsInt: [[]],
  IsJSON: [[]],
  IsJWT: [[]],
  IsLatLong: [[]],
  IsLatitude: [[]],
  IsLocale: [[]],
  IsLongitude: [[]],
  IsLowercase: [[]],
  IsMACAddress: [[], [{ no_separators: true }]],
  IsMagnetURI: [[]],
  IsMilitaryTime: [[]],
  IsMimeType: [[]],
  IsMobilePhone: [[], ['de-DE']],
  IsMongoId: [[]],
  IsMultibyte: [[]],
  IsNegative: [[]],
  IsNotEmpty: [[]],
  IsNotEmptyObject: [[], [{ nullable: false }]],
  IsNotIn: [[['a', 1]], [[{}]]],
  IsNumber: [[], [{ maxDecimalPlaces: 0 }], [{ maxDecimalPlaces: 2 }]],
  IsNumberString: [[], [{ no_symbols: true }], [{ locale: 'de-DE' }]],
  IsObject: [[]],
  IsOctal: [[]],
  IsPassportNumber: [['DE']],
  IsPhoneNumber: [[], ['DE']],
  IsPort: [[]],
  IsPositive: [[]],
  IsPostalCode: [['DE'], ['any']],
  IsRFC3339: [[]],
  IsRgbColor: [[]],
  IsSemVer: [[]],
  IsString: [[]],
  IsStrongPassword: [[]],
  IsSurrogatePair: [[]],
  IsTaxId: [['de-DE']],
  IsTimeZone: [[]],
  IsUUID: [[], ['4'], [['1', '7']]],
  IsUppercase: [[]],
  IsUrl: [[], [{ require_tld: false }]],
  IsVariableWidth: [[]],
  Length: [[1, 3], [2]],
  Matches: [[/^a-z\d$/], [/^[a-z]+$/i], [/^x/m], ['^a', 'i'], [/a.c/s], [/\p{Lu}/u]],
  Max: [[10]],
  MaxDate: [[new Date(0)], [() => new Date()]],
  MaxLength: [[3]],
  Min: [[1.5]],
  MinDate: [[new Date(0)]],
  MinLength: [[2]],
  NotContains: [['a']],
  NotEquals: [['x'], [null]],
};

/** Decorators that hold no rule of their own: they are told in other tests. */
const NOT_RULES = new Set([
  'Allow',
  'IsOptional',
  'Validate',
  'ValidateBy',
  'ValidateIf',
  'ValidateNested',
  'ValidatePromise',
  'ValidatorConstraint',
]);

const TEXTS = `
a b ab abc a.b aB AB x xyz a1 123 -1 +1 1.5 1,5 .5 0 00 08 65535 65536 -0 -82 +80 true false 1 null admin user Low
2024-05-01 2024-02-30 20240501 2024 2024-W05 2024-W05-3 2024-123 2024-05-01T10:00:00Z 2024-05-01T10:00:00.5+02:00
2024-05-01T10 2024-05-01T24:00 +2024-05-01 1985-04-12T23:20:50.52Z 1990-12-31T23:59:60Z 1990-02-31t15:59:60-08:00
a@b.de ü@x.de a@münchen.de "x y"@b.de a@localhost A<a@b.de> a.b+c@example.co.uk example.com münchen.de a_b.com b.com.
localhost http://x.de ftp://x.de/a?b#c https://ex.org:80/ä //x.de x.de/path http://localhost 127.0.0.1 256.1.1.1 ::1
fe80::1%eth0 2001:db8::ff00:42:8329 ::ffff:1.2.3.4 00:1B:44:11:3A:B7 001B44113AB7 00-1B-44-11-3A-B7 001B.4411.3AB7
#fff fff #ffff #12345678 rgb(1,2,3) rgba(1,2,3,0.5) rgb(1%,2%,3%) hsl(360,100%,50%) HSL(1 2% 3%) 0xff 0hff FF 0o17 17
MZXW6=== ABCDEFGH YWJj YWI= YQ== _-8 _-8_ a-b/ cGw cGxh 5KMJ 507f1f77bcf86cd799439011 0x1234567890abcdef123456
-JhLeOlGIEjaIOFHR0xd -LhLeOlGIEjaIOFHR0x_ d41d8cd98f00b204e9800998ecf8427e
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 eyJhbGciOi.eyJzdWIi.SflKxw a.b.c ..
1.2.3 1.2.3-rc.1+b.5 1.0.0-Alpha DEUTDEFF MARKDEF1100 deutdeff BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ
bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 0xde709f2102306220921060314715629080e2fb77
0XDE709F2102306220921060314715629080E2FB77 DE de DEU deu 276 EUR eur de-DE en zh-Hans-CN USRC17607839 US0378331005
2049-3630 20493630 978-3-16-148410-0 9783161484100 3-8362-2119-5 3836221195 5901234123457 73513537 4111111111111111
DE89370400440532013000 $1,000.00 1000 data:text/plain;base64,YQ== data:,x text/plain application/json;charset=utf-8
magnet:?xt=urn:btih:06E2A9683BF4DA92C73A661AC56F0ECC9C63C5B4 23:59 2359 24:00 +4915112345678 015112345678 10115
C01X00T47 Europe/Berlin UTC Str0ng!Pass 52.5,13.4 (52.5,13.4) 52.5 91 -90 +90.0 180 -180.0 13.25 1,2
550e8400-e29b-41d4-a716-446655440000 550e8400-e29b-11d4-a716-446655440000 00000000-0000-0000-0000-000000000000
{} [] {"a":1} ß ÄÖ äö école １２３ ｶﾅ 日本 😀 a😀 ❤️ ſ K a.c
`
  .trim()
  .split(/\s+/u)
  .concat([
    '',
    ' ',
    'a c',
    'a\nc',
    'b\nx',
    '\u0000',
    '52.5, 13.4',
    '2024-05-01 10:00:00Z',
    '+49 151 12345678',
  ]);

const NUMBERS = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  1.55,
  2.5,
  3,
  6,
  10,
  10.5,
  90,
  -90.5,
  181,
  1e21,
  1e-7,
];

const STRUCTURES = [
  {},
  { a: 1 },
  { a: null },
  [],
  ['a'],
  ['a', 1],
  ['a', 'a'],
  ['b', 'c', 'd'],
  [{}, {}],
  [null],
];

const VALUES: readonly unknown[] = [...TEXTS, ...NUMBERS, ...STRUCTURES];

const ajv = new Ajv2020({ strictTypes: false });
for (const [name, format] of Object.entries(fullFormats)) ajv.addFormat(name, format);

/** What the docs list as not promised: e-mail beyond ASCII, names of numeric enums, letters that grow in upper case. */
const DOCUMENTED = new Set([
  'isEmail "ü@x.de"',
  'isEmail "a@münchen.de"',
  'isEnum "Low"',
  'isISO31661Alpha2 "ß"',
]);

type Decorate = (...args: readonly unknown[]) => PropertyDecorator;

interface Applied {
  readonly schema: JsonSchema;
  readonly name: string;
  readonly accepts: (value: unknown) => boolean;
}

function apply(decorator: string, args: readonly unknown[]): Applied {
  class Dto {
    value: unknown;
  }
  (classValidator as unknown as Record<string, Decorate>)[decorator]?.(...args)(
    Dto.prototype,
    'value',
  );
  const storage = getMetadataStorage();
  const [metadata] = storage.getTargetValidationMetadatas(Dto, '', false, false);
  if (!metadata) throw new Error(`${decorator} left no metadata`);
  const [constraint] = storage.getTargetValidatorConstraints(metadata.constraintCls);
  const { json } = toSchema(Dto, { io: 'input', where: 'Dto' });
  return {
    schema: (json['properties'] as Record<string, JsonSchema>)['value'] ?? {},
    name: metadata.name ?? '',
    accepts: (value) => {
      try {
        const { constraints, propertyName: property } = metadata;
        const context = { value, constraints, property, object: {}, targetName: '' };
        return constraint?.instance.validate(value, context) === true;
      } catch {
        return false;
      }
    },
  };
}

describe('the rules of class-validator', () => {
  const exported = Object.entries(classValidator);

  it('are all known, by the names in the installed version', () => {
    const names = exported
      .filter(([key, value]) => /^[A-Z0-9_]+$/u.test(key) && typeof value === 'string')
      .map(([, value]) => value as unknown as string)
      .filter((name) => name !== 'isOptional');
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !(name in RULES))).toEqual([]);
  });

  it('are all tested here, by the decorators of the installed version', () => {
    const decorators = exported
      .filter(([key, value]) => /^[A-Z][A-Za-z0-9]+$/u.test(key) && typeof value === 'function')
      .filter(([, value]) => !Function.prototype.toString.call(value).startsWith('class'))
      .map(([key]) => key)
      .filter((key) => !NOT_RULES.has(key));
    expect(decorators.toSorted()).toEqual(Object.keys(DECORATORS).toSorted());
  });

  describe.each(Object.entries(DECORATORS))('@%s', (decorator, variants) => {
    it.each(variants.map((args) => [args]))(
      'implies nothing that it does not require: %p',
      (args) => {
        const { schema, accepts, name } = apply(decorator, args);
        const fits = ajv.compile(schema);
        const refused = VALUES.filter((value) => accepts(value) && !fits(value))
          .map((value) => `${name} ${JSON.stringify(value)}`)
          .filter((text) => !DOCUMENTED.has(text));
        expect({ schema, refused }).toEqual({ schema, refused: [] });
      },
    );
  });
});

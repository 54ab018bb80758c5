import {
  Contains,
  IsAlpha,
  IsAlphanumeric,
  IsAscii,
  IsBase32,
  IsBase58,
  IsBase64,
  IsBIC,
  IsBooleanString,
  IsBtcAddress,
  IsByteLength,
  IsDecimal,
  IsEthereumAddress,
  IsFirebasePushId,
  IsFQDN,
  IsHash,
  IsHexadecimal,
  IsHexColor,
  IsIP,
  IsISO6391,
  IsISRC,
  IsJWT,
  IsLatitude,
  IsLatLong,
  IsLongitude,
  IsMilitaryTime,
  IsMongoId,
  IsMultibyte,
  IsNumberString,
  IsOctal,
  IsOptional,
  IsPort,
  IsRFC3339,
  IsSemVer,
  IsString,
  IsSurrogatePair,
  IsUppercase,
  IsUrl,
  Length,
  IsUUID,
  Matches,
  MinLength,
} from 'class-validator';

export class Letters {
  @IsAlpha() alpha: string;
  @IsAlphanumeric() alphanumeric: string;
  @IsAscii() ascii: string;
  @IsUppercase() @Length(1, 30) upper: string;
  @IsMultibyte() multibyte: string;
}

export class Digits {
  @IsNumberString() number: string;
  @IsNumberString({ no_symbols: true }) digits: string;
  @IsDecimal() decimal: string;
  @IsDecimal({ decimal_digits: '2', force_decimal: true }) price: string;
  @IsOctal() octal: string;
  @IsBooleanString() flag: string;
}

export class Encodings {
  @IsBase64() base64: string;
  @IsBase64({ urlSafe: true }) base64Url: string;
  @IsBase58() base58: string;
  @IsHexadecimal() hex: string;
  @IsMongoId() mongo: string;
  @IsFirebasePushId() push: string;
}

export class Base32Code {
  @IsBase32() code: string;
}

export class Colours {
  @IsHexColor() foreground: string;
  @IsOptional() @IsHexColor() background?: string;
}

export class Tokens {
  @IsJWT() token: string;
  @IsHash('sha256') digest: string;
  @IsUUID() id: string;
  @IsUUID('4') random: string;
}

export class Release {
  @IsSemVer() version: string;
  @IsRFC3339() at: string;
  @IsMilitaryTime() window: string;
}

export class Place {
  @IsLatitude() latitude: number;
  @IsLongitude() longitude: number;
  @IsOptional() @IsLatLong() both?: string;
}

export class Host {
  @IsFQDN() name: string;
  @IsIP(4) v4: string;
  @IsIP(6) v6: string;
  @IsIP() any: string;
  @IsPort() port: string;
}

export class Links {
  @IsUrl({ require_protocol: true }) home: string;
  @IsUrl() @MinLength(4) loose: string;
}

export class Finance {
  @IsBIC() bic: string;
  @IsEthereumAddress() eth: string;
  @IsBtcAddress() btc: string;
}

export class Media {
  @IsISRC() isrc: string;
  @IsISO6391() language: string;
  @IsSurrogatePair() reaction: string;
}

export class Texts {
  @Contains('@') handle: string;
  @IsByteLength(2, 20) short: string;
  @IsString() @Matches(/^#\w+$/i) hashtag: string;
}

export class Patterns {
  @Matches(/^[\w-.]+$/) dotted: string;
  @Matches('^\\d{3}\\-\\d{3}$') dashed: string;
  @Matches(/^[a-f]{2,4}$/i) hex: string;
  @Matches('^x+$') text: string;
  @Matches(/^a.b$/s) dotAll: string;
  @Matches(/^\p{Lu}\p{Ll}+$/u) name: string;
  @Matches(/^start$/m) multiline: string;
  @Matches(/^(\w)\1$/) twice: string;
  @Matches(/^{\w+}$/) template: string;
}

export const FORMATS = [
  Letters,
  Digits,
  Encodings,
  Base32Code,
  Colours,
  Tokens,
  Release,
  Place,
  Host,
  Links,
  Finance,
  Media,
  Texts,
  Patterns,
];

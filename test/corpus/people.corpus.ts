import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  Equals,
  IsArray,
  IsBoolean,
  IsDate,
  IsDateString,
  IsEmail,
  IsEmpty,
  IsEnum,
  IsInt,
  IsISO31661Alpha2,
  IsLowercase,
  IsMobilePhone,
  IsNotEmpty,
  IsNotIn,
  IsOptional,
  IsPhoneNumber,
  IsString,
  IsStrongPassword,
  IsUrl,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  NotContains,
  NotEquals,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

export enum Role {
  Admin = 'admin',
  Member = 'member',
}

export class CreateUser {
  @IsEmail()
  email: string;

  @IsString()
  @Matches(/^[a-z][\w.-]{2,15}$/)
  login: string;

  @IsStrongPassword()
  password: string;

  @IsOptional()
  @IsEnum(Role, { each: true })
  roles?: Role[];
}

export class UpdateUser extends PartialType(CreateUser) {}

export class PatchUser extends PartialType(CreateUser, { skipNullProperties: false }) {}

export class LoginUser extends PickType(CreateUser, ['email', 'password'] as const) {}

export class InviteUser extends OmitType(CreateUser, ['password'] as const) {
  @IsString()
  @Length(10, 200)
  message: string;
}

export class Locale {
  @IsISO31661Alpha2()
  country: string;

  @IsLowercase()
  @Length(2, 2)
  language: string;
}

export class LocalisedUser extends IntersectionType(InviteUser, Locale) {}

export class ContactForm {
  @IsNotEmpty()
  name: string;

  @ValidateIf((form: ContactForm) => form.channel === 'phone')
  @IsPhoneNumber()
  phone?: string;

  @IsString()
  channel: string;

  @Equals(true)
  acceptsTerms: boolean;
}

export class TrimmedName {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString()
  @Length(2, 20)
  name: string;

  @Transform(({ value }: { value: unknown }) => value === 'yes' || value === true)
  @IsBoolean()
  subscribed: boolean;
}

export class ExposedNames {
  @Expose({ name: 'first_name' })
  @IsString()
  firstName: string;

  @Expose({ name: 'birth_date' })
  @Type(() => Date)
  @IsDate()
  birthDate: Date;

  @Exclude({ toClassOnly: true })
  @IsOptional()
  @IsString()
  internal?: string;
}

export class Person {
  @IsString()
  name: string;

  @IsInt()
  @Min(0)
  @Max(150)
  age: number;
}

export class Employee extends Person {
  @IsString()
  @IsNotIn(['root', 'admin'])
  account: string;

  @NotEquals(0)
  @IsInt()
  level: number;
}

export class Manager extends Employee {
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Employee)
  reports?: Employee[];
}

export class Comment {
  @IsString()
  @MaxLength(100)
  @NotContains('<script')
  text: string;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Comment)
  replies?: Comment[];
}

export class Profile {
  @IsOptional()
  @IsUrl()
  website?: string;

  @IsOptional()
  @IsDateString()
  born?: string;

  @IsOptional()
  @IsMobilePhone('de-DE')
  mobile?: string;

  @Allow()
  extra?: unknown;

  @IsEmpty()
  honeypot?: string;
}

export class Preferences {
  @IsBoolean()
  darkMode = false;

  @IsInt()
  @Min(8)
  @Max(72)
  fontSize = 12;

  @IsArray()
  @IsString({ each: true })
  pinned: string[] = ['home'];
}

export const PEOPLE = [
  CreateUser,
  UpdateUser,
  PatchUser,
  LoginUser,
  InviteUser,
  Locale,
  LocalisedUser,
  ContactForm,
  TrimmedName,
  ExposedNames,
  Person,
  Employee,
  Manager,
  Comment,
  Profile,
  Preferences,
];

import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayContains,
  ArrayMaxSize,
  ArrayMinSize,
  ArrayNotContains,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDate,
  IsDefined,
  IsDivisibleBy,
  IsIn,
  IsInstance,
  IsInt,
  IsNegative,
  IsNotEmpty,
  IsNotEmptyObject,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinDate,
  registerDecorator,
  Validate,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';

export class Circle {
  @IsNumber()
  @Min(0)
  radius: number;
}

export class Square {
  @IsNumber()
  @Min(0)
  side: number;
}

export abstract class Shape {}

export class Drawing {
  @IsDefined()
  @ValidateNested()
  @Type(() => Shape, {
    discriminator: {
      property: 'kind',
      subTypes: [
        { value: Circle, name: 'circle' },
        { value: Square, name: 'square' },
      ],
    },
  })
  main: Circle | Square;

  @IsArray()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => Shape, {
    discriminator: {
      property: 'kind',
      subTypes: [
        { value: Circle, name: 'circle' },
        { value: Square, name: 'square' },
      ],
    },
  })
  others: (Circle | Square)[];
}

export class CardPayment {
  @IsIn(['card'])
  type: 'card';

  @IsString()
  number: string;
}

export class CashPayment {
  @IsIn(['cash'])
  type: 'cash';
}

export class Checkout {
  @IsDefined()
  @ValidateNested()
  @Type(() => CardPayment, {
    keepDiscriminatorProperty: true,
    discriminator: {
      property: 'type',
      subTypes: [
        { value: CardPayment, name: 'card' },
        { value: CashPayment, name: 'cash' },
      ],
    },
  })
  payment: CardPayment | CashPayment;
}

export class Tree {
  @IsString()
  label: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Tree)
  left?: Tree;

  @IsOptional()
  @ValidateNested()
  @Type(() => Tree)
  right?: Tree;
}

export class Folder {
  @IsString()
  name: string;

  @ValidateNested({ each: true })
  @Type(() => FileEntry)
  files: FileEntry[];
}

export class FileEntry {
  @IsString()
  path: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Folder)
  folder?: Folder;
}

export class Matrix {
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @IsNumber({}, { each: true })
  vector: number[];

  @IsArray()
  @IsArray({ each: true })
  rows: number[][];
}

export class Metadata {
  @IsObject()
  labels: Record<string, string>;

  @IsNotEmptyObject()
  limits: Record<string, number>;

  @IsOptional()
  @IsObject()
  extra?: object;
}

export class Selection {
  @ArrayContains(['id'])
  @IsString({ each: true })
  fields: string[];

  @ArrayNotContains(['password'])
  @IsString({ each: true })
  exclude: string[];

  @ArrayUnique()
  @IsInt({ each: true })
  ids: number[];

  @ArrayUnique((item: { id?: unknown } | null) => item?.id)
  objects: unknown[];
}

export class Numbers {
  @IsDivisibleBy(5)
  step: number;

  @IsNegative()
  debt: number;

  @IsNumber()
  @Min(-1.5)
  @Max(1.5)
  ratio: number;

  @IsIn([1, 2, 3])
  choice: number;
}

export class Dates {
  @Type(() => Date)
  @IsDate()
  start: Date;

  @IsOptional()
  @Type(() => Date)
  @IsDate()
  @MinDate(new Date('2020-01-01T00:00:00Z'))
  end?: Date;

  @Type(() => Date)
  @IsDate({ each: true })
  @ArrayUnique()
  holidays: Date[];
}

export class Bigs {
  @Transform(({ value }: { value: unknown }) => toBigInt(value))
  @IsNotEmpty()
  total: bigint;
}

function toBigInt(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/u.test(value) ? BigInt(value) : undefined;
}

export class Settings {
  @Type(() => Circle)
  @ValidateNested({ each: true })
  @IsDefined()
  byName: Map<string, Circle>;
}

export class TagSet {
  @Type(() => String)
  @IsString({ each: true })
  tags: Set<string>;
}

@ValidatorConstraint({ name: 'isPalindrome' })
class Palindrome implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value !== 'string' || value === Array.from(value).toReversed().join('');
  }
}

function IsNice() {
  return (target: object, propertyName: string): void => {
    registerDecorator({
      name: 'isNice',
      target: target.constructor,
      propertyName,
      validator: { validate: (value: unknown) => value !== 'nasty' },
    });
  };
}

export class Custom {
  @Validate(Palindrome)
  word?: string;

  @IsNice()
  @IsString()
  @MaxLength(10)
  mood: string;
}

export class Grouped {
  @IsString({ groups: ['create'] })
  @MaxLength(5, { groups: ['update'] })
  name: string;

  @IsInt({ always: true })
  version: number;
}

export class Unvalidated {
  @Type(() => Circle)
  @IsObject()
  circle: Circle;

  @IsInstance(Square)
  @Type(() => Square)
  square: Square;
}

@ApiExtraModels(Circle)
export class Documented {
  @ApiProperty({ description: 'A name', minimum: 5, enum: ['a', 'b'], type: Number })
  @IsString()
  name: string;

  @ApiProperty({ deprecated: true, example: true, nullable: true })
  @IsBoolean()
  old: boolean;
}

export class Nothing {}

export class WithOptions {
  @IsOptional()
  @IsString({ message: 'a text, please' })
  @MaxLength(3, { message: ({ constraints }) => `at most ${constraints[0]}` })
  text?: string;
}

export class MixedEnum {
  @IsIn(['auto', 1, true])
  mode: string | number | boolean;

  @IsOptional()
  @IsNotEmpty()
  any?: unknown;
}

function Page<T extends new () => object>(item: T) {
  class PageOf {
    @IsInt()
    @Min(0)
    total: number;

    @IsArray()
    @ArrayMaxSize(3)
    @ValidateNested({ each: true })
    @Type(() => item)
    items: InstanceType<T>[];
  }
  return PageOf;
}

export class CirclePage extends Page(Circle) {}

export const SHAPES = [
  Circle,
  Square,
  Drawing,
  CardPayment,
  CashPayment,
  Checkout,
  Tree,
  Folder,
  FileEntry,
  Matrix,
  Metadata,
  Selection,
  Numbers,
  Dates,
  Bigs,
  Settings,
  TagSet,
  Custom,
  Grouped,
  Unvalidated,
  Documented,
  Nothing,
  WithOptions,
  MixedEnum,
  CirclePage,
];

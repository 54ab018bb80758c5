import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDate,
  IsDefined,
  IsEnum,
  IsIn,
  IsInt,
  IsISO4217CurrencyCode,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';

export enum Category {
  Tools = 'tools',
  Toys = 'toys',
  Books = 'books',
}

export enum Priority {
  Low,
  Normal,
  High,
}

export const SORT = { Asc: 'asc', Desc: 'desc' } as const;

export class ProductQuery {
  @ApiPropertyOptional({ description: 'Stock keeping unit', example: 'TO-1001' })
  @IsOptional()
  @IsString()
  @Matches(/^[A-Z]{2}-\d{4}$/)
  sku?: string;

  @IsOptional()
  @IsString()
  @MaxLength(80)
  name?: string;

  @IsOptional()
  @IsEnum(Category)
  category?: Category;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number = 20;
}

export class CreateProduct {
  @ApiProperty({ description: 'Shown to customers' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name: string;

  @IsString()
  @Matches(/^[a-z0-9\-_]+$/i)
  slug: string;

  @IsNumber()
  @IsPositive()
  price: number;

  @IsEnum(Category)
  category: Category;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(2, 20, { each: true })
  tags?: string[];

  @IsBoolean()
  active: boolean = true;
}

export class Money {
  @IsInt()
  @Min(0)
  cents: number;

  @IsISO4217CurrencyCode()
  currency: string;
}

export class OrderLine {
  @IsUUID()
  productId: string;

  @IsInt()
  @Min(1)
  @Max(999)
  qty: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => Money)
  price?: Money;
}

export class ShippingAddress {
  @IsString()
  @MinLength(3)
  street: string;

  @IsString()
  @Matches(/^\d{4,5}$/)
  zip: string;

  @IsString()
  @Length(2, 2)
  country: string;
}

export class CreateOrder {
  @IsDefined()
  @ValidateNested()
  @Type(() => ShippingAddress)
  address: ShippingAddress;

  @IsOptional()
  @ValidateNested()
  @Type(() => ShippingAddress)
  billing?: ShippingAddress;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => OrderLine)
  items: OrderLine[];

  @IsEnum(Priority)
  priority: Priority = Priority.Normal;

  @IsOptional()
  @IsString()
  note?: string;
}

export class ListOrders {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  page?: number = 1;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  pageSize?: number;

  @IsOptional()
  @IsIn(Object.values(SORT))
  sort?: string;

  @IsOptional()
  @Type(() => Date)
  @IsDate()
  since?: Date;
}

export class CancelOrder {
  @IsUUID('4')
  id: string;

  @IsString()
  @MinLength(5)
  @MaxLength(200)
  reason: string;
}

export class CartLine {
  @IsString()
  sku: string;

  @IsPositive()
  @IsInt()
  qty: number = 1;
}

export class Cart {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(4)
  @ValidateNested({ each: true })
  @Type(() => CartLine)
  lines: CartLine[];

  @IsOptional()
  @IsIn(['SPRING10', 'VIP', null])
  coupon?: string | null;
}

export class PriceRange {
  @IsNumber({ maxDecimalPlaces: 0 })
  @Min(0)
  from: number;

  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  to: number;
}

export const SHOP = [
  ProductQuery,
  CreateProduct,
  Money,
  OrderLine,
  ShippingAddress,
  CreateOrder,
  ListOrders,
  CancelOrder,
  CartLine,
  Cart,
  PriceRange,
];

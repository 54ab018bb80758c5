import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** The search criteria of `POST /api/v1/products/query` and the tool `query_product`. */
export class ProductQuery {
  @ApiPropertyOptional({
    description: 'Exact SKU, in any case.',
    example: 'HND-1001',
    maxLength: 32,
  })
  @IsOptional()
  @IsString()
  @MaxLength(32)
  sku?: string;

  @ApiPropertyOptional({
    description: 'Part of the name; case and accents do not matter.',
    maxLength: 100,
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string;

  @ApiPropertyOptional({
    description: 'Category, in any case.',
    example: 'Hand Tools',
    maxLength: 60,
  })
  @IsOptional()
  @IsString()
  @MaxLength(60)
  category?: string;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'At most this many products.',
    minimum: 1,
    maximum: 100,
    default: 20,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

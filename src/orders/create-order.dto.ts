import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

/** The quantity of one product. */
export class CreateOrderLine {
  @ApiProperty({ description: 'SKU, in any case.', example: 'HND-1017', maxLength: 32 })
  @IsString()
  @MaxLength(32)
  sku: string;

  @ApiProperty({ type: 'integer', description: 'How many pieces.', minimum: 1, maximum: 1000 })
  @IsInt()
  @Min(1)
  @Max(1000)
  quantity: number;
}

/** A new order: the user and the lines. */
export class CreateOrder {
  @ApiProperty({
    type: 'integer',
    description: 'Id of the user who orders.',
    minimum: 1,
    example: 3,
  })
  @IsInt()
  @Min(1)
  userId: number;

  @ApiProperty({
    type: [CreateOrderLine],
    description: 'What is ordered, each SKU once.',
    minItems: 1,
    maxItems: 50,
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique((line?: Partial<CreateOrderLine> | null) => String(line?.sku).toUpperCase(), {
    message: 'lines must name each sku once',
  })
  @ValidateNested({ each: true })
  @Type(() => CreateOrderLine)
  lines: CreateOrderLine[];
}

import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Min } from 'class-validator';
import { PageQuery } from '../paging/page-query.dto.js';
import { orderStatuses, type OrderStatus } from './order.entity.js';

/** The filter and the page of a list of orders. */
export class ListOrders extends PageQuery {
  @ApiPropertyOptional({ enum: orderStatuses, description: 'Only the orders in this status.' })
  @IsOptional()
  @IsIn(orderStatuses)
  status?: OrderStatus;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'Only the orders of this user.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  userId?: number;
}

import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { PageInterceptor, type Page } from '../paging/page.interceptor.js';
import { CreateOrder } from './create-order.dto.js';
import { ListOrders } from './list-orders.dto.js';
import { Order } from './order.entity.js';
import { OrdersService } from './orders.service.js';

/** The REST API of the orders. */
@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  /** Takes the pieces out of the stock, or answers 409. */
  @Post()
  @ApiOperation({ summary: 'Place an order' })
  @ApiCreatedResponse({ type: Order })
  @ApiConflictResponse({ description: 'Discontinued, or not enough in stock.' })
  create(@Body() order: CreateOrder): Promise<Order> {
    return this.orders.create(order);
  }

  /** One page of the orders, the newest first; `X-Total-Count` says how many there are. */
  @Get()
  @ApiOperation({ summary: 'List orders' })
  @ApiOkResponse({ type: [Order] })
  @UseInterceptors(PageInterceptor)
  list(@Query() query: ListOrders): Promise<Page<Order>> {
    return this.orders.list(query);
  }

  /** One order, or 404. */
  @Get(':id')
  @ApiOperation({ summary: 'Read one order' })
  @ApiOkResponse({ type: Order })
  @ApiNotFoundResponse()
  find(@Param('id', ParseIntPipe) id: number): Promise<Order> {
    return this.orders.find(id);
  }

  /** Puts the pieces back into the stock, or answers 409. */
  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an order that has not left the shop' })
  @ApiOkResponse({ type: Order })
  @ApiNotFoundResponse()
  @ApiConflictResponse({ description: 'Shipped, delivered or cancelled already.' })
  cancel(@Param('id', ParseIntPipe) id: number): Promise<Order> {
    return this.orders.cancel(id);
  }
}

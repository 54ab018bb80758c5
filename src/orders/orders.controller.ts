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
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { McpGroup, McpTool } from 'nestjs-mcp';
import { PageInterceptor, type Page } from '../paging/page.interceptor.js';
import { CreateOrder } from './create-order.dto.js';
import { ListOrders } from './list-orders.dto.js';
import { Order } from './order.entity.js';
import { OrdersService } from './orders.service.js';

const lookingUp = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
const ApiOrderId = () =>
  ApiParam({ name: 'id', type: 'integer', description: 'Id of the order.', example: 91 });

/** The orders, as a REST API and as tools: every route is also a tool. */
@ApiTags('orders')
@Controller('orders')
@McpGroup('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  /** Takes the products out of the stock, or answers 409. */
  @Post()
  @McpTool({
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
  })
  @ApiOperation({
    summary: 'Place an order',
    description:
      'Orders products for a user and takes the pieces out of the stock: all lines or none.',
  })
  @ApiCreatedResponse({ type: Order })
  @ApiBadRequestResponse({ description: 'Unknown user or SKU, or an input that does not fit.' })
  @ApiConflictResponse({ description: 'Discontinued, or not enough in stock.' })
  create(@Body() order: CreateOrder): Promise<Order> {
    return this.orders.create(order);
  }

  /** Returns one page of the orders, the newest first; `X-Total-Count` is their total number. */
  @Get()
  @McpTool({ annotations: lookingUp })
  @ApiOperation({
    summary: 'List orders',
    description: 'One page of the orders, the newest first, of one user or status if wanted.',
  })
  @ApiOkResponse({ type: [Order] })
  @UseInterceptors(PageInterceptor)
  list(@Query() query: ListOrders): Promise<Page<Order>> {
    return this.orders.list(query);
  }

  /** Returns one order, or 404. */
  @Get(':id')
  @McpTool({ annotations: lookingUp })
  @ApiOperation({
    summary: 'Read one order',
    description: 'One order by its id, with its lines and their prices on the day it was placed.',
  })
  @ApiOrderId()
  @ApiOkResponse({ type: Order })
  @ApiNotFoundResponse()
  find(@Param('id', ParseIntPipe) id: number): Promise<Order> {
    return this.orders.find(id);
  }

  /** Puts the products back into the stock, or answers 409. */
  @Post(':id/cancel')
  @HttpCode(200)
  @McpTool({
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
  })
  @ApiOperation({
    summary: 'Cancel an order',
    description:
      'Cancels an order that has not left the shop, and puts its pieces back into the stock.',
  })
  @ApiOrderId()
  @ApiOkResponse({ type: Order })
  @ApiNotFoundResponse()
  @ApiConflictResponse({ description: 'Shipped, delivered or cancelled already.' })
  cancel(@Param('id', ParseIntPipe) id: number): Promise<Order> {
    return this.orders.cancel(id);
  }
}

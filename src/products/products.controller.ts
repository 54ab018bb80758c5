import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageQuery } from '../paging/page-query.dto.js';
import { PageInterceptor, type Page } from '../paging/page.interceptor.js';
import { ProductQuery } from './product-query.dto.js';
import { Product } from './product.entity.js';
import { ProductsService } from './products.service.js';

/** The REST API of the products. */
@ApiTags('products')
@Controller('products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  /** Returns one page of all products; `X-Total-Count` is their total number. */
  @Get()
  @ApiOperation({ summary: 'List products' })
  @ApiOkResponse({ type: [Product] })
  @UseInterceptors(PageInterceptor)
  list(@Query() page: PageQuery): Promise<Page<Product>> {
    return this.products.list(page);
  }

  /** Runs the same search as the tool `query_product`. */
  @Post('query')
  @HttpCode(200)
  @ApiOperation({ summary: 'Find products by SKU, name or category' })
  @ApiOkResponse({ type: [Product] })
  query(@Body() query: ProductQuery): Promise<Product[]> {
    return this.products.query(query);
  }

  /** Returns one product, or 404. */
  @Get(':sku')
  @ApiOperation({ summary: 'Read one product' })
  @ApiOkResponse({ type: Product })
  @ApiNotFoundResponse()
  find(@Param('sku') sku: string): Promise<Product> {
    return this.products.findBySku(sku);
  }
}

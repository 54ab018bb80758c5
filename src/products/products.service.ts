import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { McpTool } from 'nestjs-mcp';
import { Raw, type FindOptionsWhere, type Repository } from 'typeorm';
import type { PageQuery } from '../paging/page-query.dto.js';
import { toPage, type Page } from '../paging/page.interceptor.js';
import { ProductQuery } from './product-query.dto.js';
import { Product, toSearchKey } from './product.entity.js';

/** Finds products, for the REST API and the MCP server. */
@Injectable()
export class ProductsService {
  constructor(@InjectRepository(Product) private readonly products: Repository<Product>) {}

  /** Returns the products that match every given criterion, by SKU. */
  @McpTool({
    name: 'query_product',
    title: 'Query products',
    description:
      'Finds products of the inventory by SKU, part of the name, or category, with price and stock.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  async query(query: ProductQuery): Promise<Product[]> {
    const { sku, name, category, limit } = query;
    const where: FindOptionsWhere<Product> = {};
    // A loose comparison, because @IsOptional accepts null, too.
    if (sku != null) where.sku = sku.trim().toUpperCase();
    if (name != null) where.searchKey = contains(toSearchKey(name));
    if (category != null) where.category = equalsIgnoringCase(category.trim());
    return this.products.find({ where, order: { sku: 'ASC' }, take: limit ?? 20 });
  }

  /** Returns one page of all products by SKU, and their total number. */
  async list(page: PageQuery): Promise<Page<Product>> {
    return toPage(await this.products.findAndCount({ order: { sku: 'ASC' }, ...page.window }));
  }

  /** @throws NotFoundException when no product has this SKU */
  async findBySku(sku: string): Promise<Product> {
    const product = await this.products.findOneBy({ sku: sku.toUpperCase() });
    if (product === null) throw new NotFoundException(`No product has the SKU ${sku}`);
    return product;
  }
}

const contains = (text: string) => Raw((column) => `instr(${column}, :part) > 0`, { part: text });

const equalsIgnoringCase = (text: string) =>
  Raw((column) => `${column} = :text COLLATE NOCASE`, { text });

import { Injectable } from '@nestjs/common';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { McpParam, McpTool } from 'nestjs-mcp';

export class ProductQuery {
  @IsString()
  sku: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  limit?: number;
}

export interface Product {
  sku: string;
  stock: number;
}

@Injectable()
export class InventoryService {
  readonly #products: readonly Product[] = [
    { sku: 'A-1', stock: 3 },
    { sku: 'B-2', stock: 0 },
  ];

  @McpTool({ name: 'query_product', description: 'Query product inventory by SKU.' })
  query(query: ProductQuery): Product[] {
    return this.#products.filter(({ sku }) => sku === query.sku).slice(0, query.limit);
  }

  @McpTool({ description: 'Tells the stock of one product.' })
  stockOf(@McpParam('sku') sku: string): string {
    return `${sku}: ${this.#products.find((product) => product.sku === sku)?.stock ?? 'unknown'}`;
  }
}

import { Injectable, Module } from '@nestjs/common';
import { InjectMcpServer, McpParam, McpTool, type McpServerRef } from 'nestjs-mcp';
import { ShopModule, StockService } from './shop.module.js';

@Injectable()
export class DeliveryService {
  constructor(
    private readonly stock: StockService,
    @InjectMcpServer('shop') private readonly shop: McpServerRef,
  ) {}

  @McpTool({ description: 'Adds pieces of a product that were delivered.' })
  addPieces(@McpParam('sku') sku: string, @McpParam('pieces') pieces: number): number {
    return this.stock.add(sku, pieces);
  }

  @McpTool({ description: 'The tools that customers have.' })
  toolsOfShop(): string[] {
    return this.shop.tools.list().map(({ name }) => name);
  }
}

@Module({ imports: [ShopModule], providers: [DeliveryService] })
export class BackOfficeModule {}

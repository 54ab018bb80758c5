import { Injectable, Module } from '@nestjs/common';
import { McpParam, McpTool } from 'nestjs-mcp';

@Injectable()
export class StockService {
  private readonly stock = new Map([['HND-1', 4]]);

  @McpTool({
    description: 'How many pieces of a product are left.',
    servers: ['shop', 'back-office'],
  })
  piecesLeft(@McpParam('sku') sku: string): number {
    return this.stock.get(sku) ?? 0;
  }

  add(sku: string, pieces: number): number {
    this.stock.set(sku, this.piecesLeft(sku) + pieces);
    return this.piecesLeft(sku);
  }
}

@Module({ providers: [StockService], exports: [StockService] })
export class ShopModule {}

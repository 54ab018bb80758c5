import { Module } from '@nestjs/common';
import { McpModule } from 'nestjs-mcp';
import { InventoryService } from './inventory.service.js';

@Module({
  imports: [McpModule.forRoot({ name: 'inventory', version: '1.0.0' })],
  providers: [InventoryService],
})
export class AppModule {}

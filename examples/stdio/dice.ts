import { Injectable } from '@nestjs/common';
import { McpParam, McpTool } from 'nestjs-mcp';

@Injectable()
export class Dice {
  @McpTool({ description: 'Rolls a die.' })
  roll(@McpParam('sides') sides: number): number {
    return 1 + Math.floor(Math.random() * sides);
  }
}

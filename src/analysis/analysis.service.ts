import { Injectable } from '@nestjs/common';
import { McpParam, McpPrompt } from 'nestjs-mcp';

/** Prompts that start an analysis of the shop's data. */
@Injectable()
export class AnalysisService {
  /** A prompt that leads the model through the tools of this server. */
  @McpPrompt({
    title: 'Data analysis',
    description: 'Asks for an analysis of the inventory with regard to one topic.',
  })
  dataAnalysisPrompt(
    @McpParam('topic', { description: 'For example: stock of power tools.' }) topic: string,
  ): string {
    return [
      `Please analyse the data of this inventory with regard to: ${topic}.`,
      'Look up the products that matter with query_product, summarise stock and prices,',
      'point out what is unusual, and end with three recommendations.',
    ].join('\n');
  }
}

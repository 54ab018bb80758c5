import { setTimeout as pause } from 'node:timers/promises';
import { BadRequestException, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { McpContext, McpParam, McpTool } from 'nestjs-mcp';
import type { Repository } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Product, toSearchKey } from '../products/product.entity.js';

const maximumBatches = 100;
/** Pause in milliseconds between two batches, for other requests. */
const breath = 20;

/** Rebuilds the index of searches by name. */
@Injectable()
export class ReindexService {
  constructor(
    @InjectRepository(Product) private readonly products: Repository<Product>,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Rebuilds the index batch by batch and reports progress. Ends early when the call is aborted.
   * @throws BadRequestException when the number of batches is out of bounds
   */
  @McpTool({
    title: 'Reindex products',
    description: 'Rebuilds the search index of all products in batches and reports progress.',
    annotations: {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  })
  async reindex(
    @McpParam('batches', { description: 'From 1 to 100.', required: false, default: 5 })
    batches: number,
    context: McpContext,
  ): Promise<string> {
    if (!Number.isInteger(batches) || batches < 1 || batches > maximumBatches) {
      throw new BadRequestException(`batches must be a whole number from 1 to ${maximumBatches}`);
    }
    const products = await this.products.find({ order: { id: 'ASC' } });
    for (let done = 0; done < batches; done += 1) {
      context.signal.throwIfAborted();
      const from = Math.floor((products.length * done) / batches);
      const to = Math.floor((products.length * (done + 1)) / batches);
      await this.rebuild(products.slice(from, to));
      await context.progress(done + 1, batches, `${to} of ${products.length} products`);
      await pause(breath, undefined, { signal: context.signal });
    }
    return `Reindexed ${products.length} products in ${batches} batches`;
  }

  private async rebuild(products: Product[]): Promise<void> {
    await this.unitOfWork.run(async (manager) => {
      for (const { id, name } of products) {
        await manager.update(Product, { id }, { searchKey: toSearchKey(name) });
      }
    });
  }
}

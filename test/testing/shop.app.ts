import {
  Controller,
  Get,
  Injectable,
  NotFoundException,
  Param,
  type INestApplication,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import {
  InjectMcpServer,
  McpCompletion,
  McpContext,
  McpModule,
  McpParam,
  McpPrompt,
  McpResource,
  McpServerRef,
  McpTool,
  McpTools,
  staticTokens,
  text,
  type McpModuleOptions,
} from 'nestjs-mcp';

export class ProductQuery {
  @IsString()
  sku: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  limit?: number;
}

export class Product {
  @IsString()
  sku: string;

  @IsInt()
  stock: number;
}

export class Confirmation {
  @IsString()
  reason: string;
}

@Injectable()
export class StockService {
  stockOf(sku: string): number {
    return sku.length;
  }
}

@Injectable()
export class ShopService {
  constructor(
    private readonly stock: StockService,
    @InjectMcpServer() private readonly server: McpServerRef,
  ) {}

  @McpTool({ description: 'Finds a product.', output: Product })
  find({ sku }: ProductQuery): Product {
    if (sku === 'missing') throw new NotFoundException('There is no such product.');
    return { sku, stock: this.stock.stockOf(sku) };
  }

  @McpTool({ description: 'Who calls.' })
  whoami(context: McpContext): string {
    return context.auth?.subject ?? 'nobody';
  }

  @McpTool({ description: 'Removes a product.', scopes: ['stock:write'] })
  async remove(@McpParam('sku') sku: string, context: McpContext): Promise<string> {
    const answer = await context.elicit(Confirmation, `Remove ${sku}?`, { key: 'confirm' });
    return answer.action === 'accept' ? `removed: ${answer.value.reason}` : answer.action;
  }

  @McpTool({ description: 'Asks for everything.' })
  async survey(context: McpContext): Promise<{ first: string; model: unknown; roots: string[] }> {
    const { action } = await context.elicit(Confirmation, 'Why?');
    const question = { role: 'user' as const, content: text('Hi') };
    const { content } = await context.sample({ messages: [question], maxTokens: 5 });
    const roots = await context.roots();
    return { first: action, model: content, roots: roots.map(({ uri }) => uri) };
  }

  @McpTool({ description: 'Counts and reports.' })
  async count(@McpParam('to') to: number, context: McpContext): Promise<number> {
    for (let i = 1; i <= to; i += 1) await context.progress(i, to, `step ${i}`);
    await context.log.info({ counted: to }, 'counter');
    return to;
  }

  @McpTool({ description: 'Waits until it is cancelled.' })
  wait({ signal }: McpContext): Promise<string> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        cancelled.dispatchEvent(new Event('cancelled'));
        resolve('cancelled');
      });
    });
  }

  @McpTool({ description: 'Ends its stream early.' })
  async leave(context: McpContext): Promise<string> {
    await context.progress(1);
    context.closeStream();
    return 'came back';
  }

  @McpTool({ description: 'Changes the list of tools and a resource.' })
  change(): string {
    this.server.tools.add({ name: `extra_${(extras += 1)}`, description: 'x', handler: () => 'x' });
    this.server.notifyResourceUpdated('shop://hours');
    return 'changed';
  }

  @McpTool({
    name: 'ship',
    description: 'Has an input in a header.',
    input: {
      type: 'object',
      properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
      required: ['region'],
    },
  })
  ship({ region }: { region: string }): string {
    return `to ${region}`;
  }

  @McpResource('shop://hours')
  hours(): { open: string } {
    return { open: '9 to 5' };
  }

  @McpResource('shop://product/{sku}')
  product({ sku }: { sku: string }): string {
    return `product ${sku}`;
  }

  @McpPrompt({ description: 'Writes an advertisement.' })
  advertise(@McpParam('sku') sku: string): string {
    return `Advertise ${sku}.`;
  }

  @McpCompletion({ prompt: 'advertise', argument: 'sku' })
  skus(value: string): string[] {
    return ['apple', 'apricot', 'pear'].filter((sku) => sku.startsWith(value));
  }
}

let extras = 0;

/** Receives `cancelled` when the signal of the handler of `wait` is aborted. */
export const cancelled = new EventTarget();

@McpTools()
@Controller('orders')
export class OrdersController {
  /** Gets an order. */
  @Get(':id')
  getOrder(@Param('id') id: string): { id: string } {
    return { id };
  }
}

export const tokens = staticTokens({
  clerk: { token: 'clerk-token', scopes: [] },
  manager: { token: 'manager-token', scopes: ['stock:write'] },
});

/** The testing module of the shop. */
export function createShop(options: Partial<McpModuleOptions> = {}): TestingModuleBuilder {
  return Test.createTestingModule({
    imports: [McpModule.forRoot({ name: 'shop', version: '1.2.3', ...options })],
    controllers: [OrdersController],
    providers: [ShopService, StockService],
  });
}

/** An application of the module, neither initialised nor listening. */
export function toApp(module: TestingModule, platform: string): INestApplication {
  const app =
    platform === 'Fastify'
      ? module.createNestApplication(new FastifyAdapter())
      : module.createNestApplication();
  app.useLogger(false);
  return app;
}

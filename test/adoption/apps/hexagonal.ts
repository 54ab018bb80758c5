// A hexagonal application: ports behind symbols, use cases from factories, inputs that only GraphQL describes, a guard that knows two contexts.
import {
  Body,
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Query,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { McpModule, McpTool } from 'nestjs-mcp';
import { changed, type Adopted } from './running.js';

const ACCOUNTS = Symbol('AccountsPort');

interface AccountsPort {
  load(id: string): Promise<{ readonly id: string; readonly balance: number }>;
}

@InputType()
class SendMoney {
  @Field() from: string;
  @Field() to: string;
  @Field(() => Int) amount: number;
}

@ArgsType()
class HistoryArgs {
  @Field({ nullable: true }) since?: string;
  @Field({ nullable: true }) until?: string;
}

@Injectable()
class MemoryAccounts implements AccountsPort {
  async load(id: string): Promise<{ id: string; balance: number }> {
    return { id, balance: id === 'rich' ? 1_000 : 10 };
  }
}

class SendMoneyUseCase {
  constructor(private readonly accounts: AccountsPort) {}

  async send({ from, to, amount }: SendMoney): Promise<object> {
    const { balance } = await this.accounts.load(from);
    if (balance < amount) return { sent: false };
    changed('money sent', from, to, amount);
    return { sent: true, from, to, amount };
  }
}

/** Lets queues and other contexts pass: those have an authorization of their own. */
@Injectable()
class OwnerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType<string>() === 'graphql') return true;
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<{
      headers: Record<string, string | undefined>;
      params?: { id?: string };
      body?: { from?: string };
    }>();
    const account = request.params?.id ?? request.body?.from;
    return account !== undefined && request.headers['x-account'] === account;
  }
}

@UseGuards(OwnerGuard)
@Controller('accounts')
class AccountsController {
  constructor(
    @Inject(ACCOUNTS) private readonly accounts: AccountsPort,
    private readonly sending: SendMoneyUseCase,
  ) {}

  @Get(':id')
  @McpTool({ name: 'account_balance' })
  balance(@Param('id') id: string): Promise<object> {
    return this.accounts.load(id);
  }

  @Get(':id/history')
  @McpTool({ name: 'account_history' })
  history(@Param('id') id: string, @Query() { since, until }: HistoryArgs): object {
    return { id, since: since ?? null, until: until ?? null };
  }

  @Post('send')
  @McpTool({ name: 'account_send' })
  send(@Body() order: SendMoney): Promise<object> {
    return this.sending.send(order);
  }
}

@Module({
  imports: [McpModule.forRoot({ name: 'hexagonal', version: '1.0.0' })],
  controllers: [AccountsController],
  providers: [
    { provide: ACCOUNTS, useClass: MemoryAccounts },
    {
      provide: SendMoneyUseCase,
      useFactory: (accounts: AccountsPort) => new SendMoneyUseCase(accounts),
      inject: [ACCOUNTS],
    },
  ],
})
class HexagonalModule {}

export const hexagonal: Adopted = {
  module: HexagonalModule,
  path: '/mcp',
  callers: () => ({
    anonymous: {},
    rich: { 'x-account': 'rich' },
    poor: { 'x-account': 'poor' },
  }),
};

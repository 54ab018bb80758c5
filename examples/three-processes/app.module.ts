import { Module } from '@nestjs/common';
import { McpModule } from 'nestjs-mcp';
import { redisBackplane } from 'nestjs-mcp/redis';
import { CounterService } from './counter.service.js';

@Module({
  imports: [
    McpModule.forRootAsync({
      name: 'counter',
      useFactory: () => ({
        version: '1.0.0',
        stateSecret:
          process.env.STATE_SECRET ?? 'a secret of at least 32 bytes, the same everywhere',
        backplane: redisBackplane({ url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' }),
      }),
    }),
  ],
  providers: [CounterService],
})
export class AppModule {}

import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { McpHealthIndicator } from 'nestjs-mcp/health';
import { DatabaseIndicator } from './database.indicator.js';
import { HealthController } from './health.controller.js';

/** Probes for orchestrators and load balancers. */
@Module({
  imports: [TerminusModule],
  controllers: [HealthController],
  providers: [DatabaseIndicator, McpHealthIndicator],
})
export class HealthModule {}

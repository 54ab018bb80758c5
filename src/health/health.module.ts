import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { McpHealthIndicator } from 'nestjs-mcp/health';
import { HealthController } from './health.controller.js';

/** Probes for orchestrators and load balancers. */
@Module({
  imports: [TerminusModule],
  controllers: [HealthController],
  providers: [McpHealthIndicator],
})
export class HealthModule {}

import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { McpHealthIndicator } from 'nestjs-mcp/health';
import { DatabaseIndicator } from './database.indicator.js';

/** What probes ask: 200 when all is well, 503 when not. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseIndicator,
    private readonly mcp: McpHealthIndicator,
  ) {}

  /** The service with its database. */
  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.database.isHealthy('database')]);
  }

  /** The protocol layer: a round trip in memory, and the counts of what it offers. */
  @Get('mcp')
  @HealthCheck()
  checkMcp(): Promise<HealthCheckResult> {
    return this.health.check([() => this.mcp.isHealthy('mcp')]);
  }
}

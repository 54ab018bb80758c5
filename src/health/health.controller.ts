import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { McpHealthIndicator } from 'nestjs-mcp/health';
import { DatabaseIndicator } from './database.indicator.js';

/** Endpoints for probes: 200 if all checks pass, else 503. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseIndicator,
    private readonly mcp: McpHealthIndicator,
  ) {}

  /** Checks the service with its database. */
  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.database.isHealthy('database')]);
  }

  /** Checks the protocol layer: a round trip in memory, with the number of primitives. */
  @Get('mcp')
  @HealthCheck()
  checkMcp(): Promise<HealthCheckResult> {
    return this.health.check([() => this.mcp.isHealthy('mcp')]);
  }
}

import type { ConfigService } from '@nestjs/config';
import { staticTokens } from 'nestjs-mcp';
import { redisBackplane } from 'nestjs-mcp/redis';
import { openTelemetry } from 'nestjs-mcp/telemetry';
import { AuditTrail } from '../audit/audit.trail.js';
import { version } from '../version.js';
import type { Environment } from './environment.js';

/**
 * Creates the MCP server's options from the environment; without MCP_TOKENS there is no `auth`, and the boot log warns.
 */
export function createMcpOptions(config: ConfigService<Environment, true>) {
  const tokens = config.get('MCP_TOKENS', { infer: true });
  const hosts = config.get('ALLOWED_HOSTS', { infer: true });
  const origins = config.get('ALLOWED_ORIGINS', { infer: true });
  const publicUrl = config.get('PUBLIC_URL', { infer: true });
  const redis = config.get('REDIS_URL', { infer: true });
  const stateSecret = config.get('STATE_SECRET', { infer: true });
  const collector = config.get('OTEL_EXPORTER_OTLP_ENDPOINT', { infer: true });
  return {
    version,
    title: 'Inventory',
    description: 'Products, stock, orders and users of a tool shop.',
    instructions:
      'Look products up with query_product before you speak about stock. Prices are in euro cents.',
    // Tools that are routes return the types in the OpenAPI document; a test checks it.
    documentedOutputs: true,
    observers: [AuditTrail],
    ...(redis !== undefined && { backplane: redisBackplane({ url: redis }) }),
    ...(stateSecret !== undefined && { stateSecret }),
    ...(collector !== undefined && { telemetry: openTelemetry() }),
    ...(hosts.length > 0 && { allowedHosts: hosts }),
    ...(origins.length > 0 && { allowedOrigins: origins }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(tokens.length > 0 && { auth: { verifier: staticTokens(tokens.join(',')) } }),
  };
}

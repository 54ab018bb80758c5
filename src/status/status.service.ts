import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { McpTool } from 'nestjs-mcp';
import type { Environment } from '../config/environment.js';
import { version } from '../version.js';
import { ServiceStatus } from './service-status.js';

/** Returns the status and the configuration of the service. */
@Injectable()
export class StatusService {
  constructor(private readonly config: ConfigService<Environment, true>) {}

  /** Always returns `pong`, which shows that calls arrive. */
  @McpTool({
    title: 'Ping',
    description: 'Answers pong; shows that the server can be reached.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  ping(): string {
    return 'pong';
  }

  /** Returns version and age of this process. */
  @McpTool({
    name: 'get_status',
    title: 'Get status',
    description: 'Status and version of the inventory service, and for how long it has been up.',
    output: ServiceStatus,
    annotations: { readOnlyHint: true, openWorldHint: false },
  })
  status(): ServiceStatus {
    return { status: 'ok', version, uptimeSeconds: Math.floor(process.uptime()) };
  }

  /** Returns the service's own variables; of the tokens only whether there are any. */
  @McpTool({
    name: 'get_config',
    title: 'Get configuration',
    description: 'The environment the service was started with, without secrets.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  })
  configuration(): Record<string, unknown> {
    return {
      NODE_VERSION: process.version,
      PORT: this.config.get('PORT', { infer: true }),
      HOST: this.config.get('HOST', { infer: true }),
      MCP_TOKENS: this.config.get('MCP_TOKENS', { infer: true }).length > 0 ? 'set' : 'not set',
      ALLOWED_HOSTS: this.config.get('ALLOWED_HOSTS', { infer: true }),
      ALLOWED_ORIGINS: this.config.get('ALLOWED_ORIGINS', { infer: true }),
      PUBLIC_URL: this.config.get('PUBLIC_URL', { infer: true }) ?? null,
      DATABASE_FILE: this.config.get('DATABASE_FILE', { infer: true }) ?? null,
    };
  }
}

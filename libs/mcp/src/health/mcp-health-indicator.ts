import { Injectable } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { findShapes } from '../discovery/server-shape.js';
import { getMcpServerToken } from '../server/inject-mcp-server.decorator.js';
import type { McpServerCounts, McpServerRef } from '../server/mcp-server-ref.js';

/** Terminus indicator of the protocol layer: a round trip in memory through every server, with their counts. */
@Injectable()
export class McpHealthIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly moduleRef: ModuleRef,
    private readonly modules: ModulesContainer,
  ) {}

  /**
   * Up with `tools`, `resources`, `prompts` and `sessions`, summed over all servers (or of those named); down if one
   * does not answer.
   */
  async isHealthy<Key extends string>(
    key: Key,
    servers: readonly string[] = findShapes(this.modules).map(({ name }) => name),
  ): Promise<HealthIndicatorResult<Key>> {
    const indicator = this.indicators.check(key);
    try {
      const counts = await Promise.all(servers.map((name) => this.server(name).check()));
      return indicator.up({ ...counts.reduce(add) });
    } catch (error) {
      return indicator.down({ message: (error as Error).message });
    }
  }

  private server(name: string): McpServerRef {
    return this.moduleRef.get<McpServerRef>(getMcpServerToken(name), { strict: false });
  }
}

function add(one: McpServerCounts, other: McpServerCounts): McpServerCounts {
  return {
    tools: one.tools + other.tools,
    resources: one.resources + other.resources,
    prompts: one.prompts + other.prompts,
    sessions: one.sessions + other.sessions,
  };
}

import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpContext, McpTool } from 'nestjs-mcp';

@Injectable()
export class CounterService {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  @McpTool({ description: 'Counts to three, and says which process has counted.' })
  async count(context: McpContext): Promise<string> {
    for (let done = 1; done <= 3; done += 1) await context.progress(done, 3);
    const server = this.adapterHost.httpAdapter.getHttpServer() as Server;
    return `counted by the process at port ${(server.address() as AddressInfo).port}`;
  }
}

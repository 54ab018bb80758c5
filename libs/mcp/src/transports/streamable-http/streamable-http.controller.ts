import { Controller, Delete, Get, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { joinPath } from '../http/mount.js';
import type { TransportMount } from '../mcp.transport.js';
import type { StreamableHttpEntry } from './streamable-http.entry.js';

/** Creates the controller of one server. Its handlers return at once; the entry sends the responses. */
export function createStreamableHttpController(mount: TransportMount, path: string): Type {
  @Controller({ path: joinPath(mount.prefix, path), version: mount.version })
  class StreamableHttpController {
    constructor(@Inject(mount.entry) private readonly entry: StreamableHttpEntry) {}

    @Post()
    post(@Req() request: object, @Res() response: object): void {
      this.entry.post(request, response);
    }

    @Get()
    get(@Req() request: object, @Res() response: object): void {
      this.entry.get(request, response);
    }

    @Delete()
    delete(@Req() request: object, @Res() response: object): void {
      this.entry.delete(request, response);
    }
  }
  return StreamableHttpController;
}

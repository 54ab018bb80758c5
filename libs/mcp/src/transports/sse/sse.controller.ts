import { Controller, Get, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import type { TransportMount } from '../mcp.transport.js';
import type { SseEntry } from './sse.entry.js';
import type { SseSettings } from './sse.options.js';

/** Creates the controller of one server. Its handlers return at once; the entry sends the responses. */
export function createSseController(
  mount: TransportMount,
  { path, messagesPath }: SseSettings,
): Type {
  @Controller({ path: mount.prefix, version: mount.version })
  class SseController {
    constructor(@Inject(mount.entry) private readonly entry: SseEntry) {}

    @Get(path)
    stream(@Req() request: object, @Res() response: object): void {
      this.entry.stream(request, response);
    }

    @Post(path)
    refusePost(@Req() request: object, @Res() response: object): void {
      this.entry.refusePost(request, response);
    }

    @Post(messagesPath)
    post(@Req() request: object, @Res() response: object): void {
      this.entry.post(request, response);
    }
  }
  return SseController;
}

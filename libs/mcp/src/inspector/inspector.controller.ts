import type { IncomingMessage } from 'node:http';
import { Controller, Get, Inject, Req, Res, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { originalUrl, toNodeExchange } from '../platform/node-exchange.js';
import type { PageFileName } from './page-files.js';
import { PageServer } from './page-server.js';

/**
 * Creates the controller of the page. It writes its responses itself, so that no interceptor of the application wraps
 * them.
 */
export function createInspectorController(path: string): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  class InspectorController {
    constructor(@Inject(PageServer) private readonly page: PageServer) {}

    @Get()
    index(@Req() request: IncomingMessage, @Res() response: object): void {
      this.page.sendIndex(toNodeExchange(request, response), originalUrl(request));
    }

    @Get('servers.json')
    servers(@Req() request: IncomingMessage, @Res() response: object): void {
      this.page.sendServers(toNodeExchange(request, response));
    }

    @Get('app.js')
    script(@Req() request: IncomingMessage, @Res() response: object): void {
      this.send('app.js', request, response);
    }

    @Get('app.css')
    style(@Req() request: IncomingMessage, @Res() response: object): void {
      this.send('app.css', request, response);
    }

    @Get('frame.html')
    frame(@Req() request: IncomingMessage, @Res() response: object): void {
      this.send('frame.html', request, response);
    }

    private send(name: PageFileName, request: IncomingMessage, response: object): void {
      this.page.sendFile(name, toNodeExchange(request, response));
    }
  }
  // Swagger's own decorator writes this: the page is not part of the documented REST API.
  Reflect.defineMetadata('swagger/apiExcludeController', [true], InspectorController);
  return InspectorController;
}

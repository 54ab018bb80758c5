import { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';

interface ExpressApp {
  request: object;
  response: object;
}

/** The classes that a server makes requests and responses of (its options `IncomingMessage` and `ServerResponse`), under symbols of Node's. */
type ClassSlots = Record<symbol, unknown>;

/**
 * Lets Node make the requests and responses of an Express application with Express' prototypes. Express itself sets these on every
 * single one, after which V8 optimises nothing that touches them, in Node's own code neither: most of what Express costs.
 * Does nothing for another adapter, or for a server that makes them of classes of its own.
 */
export function prepareExpressPrototypes(httpAdapter: AbstractHttpAdapter): void {
  if (httpAdapter.getType() !== 'express') return;
  const server: unknown = httpAdapter.getHttpServer();
  const app = httpAdapter.getInstance<Partial<ExpressApp>>();
  if (typeof server !== 'object' || server === null) return;
  const { request, response } = app;
  if (!(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) return;
  const slots = server as ClassSlots;
  const requests = slotOf(slots, IncomingMessage);
  const responses = slotOf(slots, ServerResponse);
  if (requests === undefined || responses === undefined) return;
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  app.request = graft(ExpressRequest.prototype, request);
  app.response = graft(ExpressResponse.prototype, response);
  slots[requests] = ExpressRequest;
  slots[responses] = ExpressResponse;
}

function slotOf(slots: ClassSlots, type: unknown): symbol | undefined {
  return Object.getOwnPropertySymbols(slots).find((symbol) => slots[symbol] === type);
}

/** Makes the prototype of a class stand in for Express' own: with its properties, and whatever is added to that one later. */
function graft(prototype: object, express: object): object {
  Reflect.deleteProperty(prototype, 'constructor');
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(express));
  return Object.setPrototypeOf(prototype, express) as object;
}

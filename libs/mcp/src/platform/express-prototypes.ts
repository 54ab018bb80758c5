import { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';

interface ExpressApp {
  request: object;
  response: object;
}

/**
 * The classes from which a server creates requests and responses (its options `IncomingMessage` and `ServerResponse`),
 * under symbols of Node's.
 */
type ClassSlots = Record<symbol, unknown>;

/** From this major version of Node on, changing the prototype of a request costs next to nothing. */
const CHEAP_SINCE = 24;

/**
 * Lets Node create the requests and responses of an Express application with Express' prototypes. Express itself sets
 * these on each of them. On Node 20 and 22 V8 then optimises no code that touches them, Node's own included, which is
 * most of what Express costs. Does nothing on Node 24 and newer, for another adapter, or for a server with its own
 * classes of requests and responses.
 */
export function prepareExpressPrototypes(httpAdapter: AbstractHttpAdapter): void {
  if (Number.parseInt(process.versions.node, 10) >= CHEAP_SINCE) return;
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

/**
 * Makes the prototype of a class inherit from Express' own: with its properties, and those that are added to it later.
 */
function graft(prototype: object, express: object): object {
  const own = Object.getPrototypeOf(prototype) as object;
  Reflect.deleteProperty(prototype, 'constructor');
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(express));
  for (let at = express; at !== own; at = Object.getPrototypeOf(at) as object) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      const isOnlyRead = descriptor.get !== undefined && descriptor.set === undefined;
      if (isOnlyRead) Object.defineProperty(prototype, name, assignable(name, express));
    }
  }
  return Object.setPrototypeOf(prototype, express) as object;
}

/**
 * A property that Express only reads (`query`, `ip`, …). It is also on requests that never reach Express, such as
 * upgrades, and must be assignable there as on a plain request.
 */
function assignable(name: string, express: object): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get(this: object): unknown {
      return Reflect.get(express, name, this);
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  };
}

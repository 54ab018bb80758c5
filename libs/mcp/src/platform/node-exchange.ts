import type { IncomingMessage, ServerResponse } from 'node:http';

/** One HTTP request and its response, as objects of the HTTP adapter and of Node. */
export interface NodeExchange {
  readonly request: object;
  readonly response: object;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): void;
  getHeaders(): Record<string, number | string | string[] | undefined>;
}

/** Returns Express's pair as it is, and takes the response over from Fastify: this library writes it from here on. */
export function toNodeExchange(request: object, response: object): NodeExchange {
  if (!isFastifyReply(response)) {
    return { request, response, req: request as IncomingMessage, res: response as ServerResponse };
  }
  response.hijack();
  // Headers of hooks and guards (CORS, rate limits), which Fastify would write itself.
  const headers = response.getHeaders();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !response.raw.headersSent) response.raw.setHeader(name, value);
  }
  const { raw } = request as { raw: IncomingMessage };
  return { request, response, req: raw, res: response.raw };
}

/** Path and query as the client sent them, including parts that a router has removed. */
export function originalUrl(request: object): string {
  const { originalUrl: original, url } = request as { originalUrl?: string; url?: string };
  return original ?? url ?? '/';
}

function isFastifyReply(response: object): response is FastifyReply {
  return 'hijack' in response && 'raw' in response;
}

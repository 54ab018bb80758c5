import { ServerResponse, type OutgoingHttpHeader } from 'node:http';

type Headers = Readonly<Record<string, OutgoingHttpHeader>>;

/**
 * The prototype of responses in an application without an HTTP adapter: Node's, with the methods that guards and
 * filters for Express or Fastify call most.
 */
export const plainResponse: object = Object.create(
  ServerResponse.prototype,
  methods({
    status(this: ServerResponse, code: number) {
      this.statusCode = code;
      return this;
    },
    send(this: ServerResponse, body?: unknown) {
      if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
        return this.end(body);
      }
      this.setHeader('content-type', 'application/json; charset=utf-8');
      return this.end(JSON.stringify(body));
    },
    set(this: ServerResponse, name: string | Headers, value?: OutgoingHttpHeader) {
      const entries = typeof name === 'string' ? [[name, value] as const] : Object.entries(name);
      for (const [key, one] of entries) if (one !== undefined) this.setHeader(key, one);
      return this;
    },
    get(this: ServerResponse, name: string) {
      return this.getHeader(name);
    },
    type(this: ServerResponse, type: string) {
      return this.setHeader('content-type', type);
    },
    sendStatus(this: ServerResponse, code: number) {
      this.statusCode = code;
      return this.end();
    },
  }),
);

function methods(own: Record<'status' | 'send' | 'set' | 'get' | 'type' | 'sendStatus', unknown>) {
  const all: Record<string, unknown> = {
    ...own,
    code: own.status,
    json: own.send,
    header: own.set,
    headers: own.set,
    contentType: own.type,
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      { value, writable: true, enumerable: true, configurable: true },
    ]),
  );
}

import type { IncomingHttpHeaders } from 'node:http';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { MessageOrigin } from '../mcp.transport.js';
import type { NodeExchange } from '../../platform/node-exchange.js';

/** A stream that a call can have ended early. */
export interface ClosableStream {
  closeStream(): void;
}

/** The origin of the messages of one POST. */
export class HttpOrigin implements MessageOrigin {
  readonly headers: IncomingHttpHeaders;
  readonly request: object;
  readonly response: object;
  readonly #stream: ClosableStream | undefined;

  constructor(
    exchange: NodeExchange,
    readonly auth: McpAuth | undefined,
    readonly protocolVersion?: string,
    stream?: ClosableStream,
  ) {
    this.headers = exchange.req.headers;
    this.request = exchange.request;
    this.response = exchange.response;
    this.#stream = stream;
  }

  // A getter: hardly any call asks for it, and it would be a closure for each.
  get closeStream(): (() => void) | undefined {
    const stream = this.#stream;
    return stream === undefined ? undefined : () => stream.closeStream();
  }
}

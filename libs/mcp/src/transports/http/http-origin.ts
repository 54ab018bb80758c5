import type { IncomingHttpHeaders } from 'node:http';
import type { NodeExchange } from '../../platform/node-exchange.js';
import type { McpEra } from '../../protocol/era.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { Session } from '../../sessions/session.js';
import type { MessageOrigin } from '../mcp.transport.js';

/** A stream that a call can end early. */
export interface ClosableStream {
  closeStream(): void;
}

/** Details of a POST beyond its request and response. */
export interface HttpOriginDetails {
  readonly over: string;
  readonly era: McpEra;
  readonly auth: McpAuth | undefined;
  readonly session?: Session | undefined;
  readonly protocolVersion?: string | undefined;
}

/** The origin of the messages of one POST. */
export class HttpOrigin implements MessageOrigin {
  readonly headers: IncomingHttpHeaders;
  readonly request: object;
  readonly response: object;
  readonly over: string;
  readonly era: McpEra;
  readonly auth: McpAuth | undefined;
  readonly session: Session | undefined;
  readonly protocolVersion: string | undefined;
  private readonly stream: ClosableStream | undefined;

  constructor(exchange: NodeExchange, details: HttpOriginDetails, stream?: ClosableStream) {
    this.headers = exchange.req.headers;
    this.request = exchange.request;
    this.response = exchange.response;
    this.over = details.over;
    this.era = details.era;
    this.auth = details.auth;
    this.session = details.session;
    this.protocolVersion = details.protocolVersion;
    this.stream = stream;
  }

  // A getter, because hardly any call needs the closure.
  get closeStream(): (() => void) | undefined {
    const stream = this.stream;
    return stream === undefined ? undefined : () => stream.closeStream();
  }
}

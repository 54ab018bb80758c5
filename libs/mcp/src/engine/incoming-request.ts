import type { RequestMessage } from '../protocol/json-rpc.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import type { MessageOrigin } from '../transports/mcp.transport.js';

type Params = Readonly<Record<string, unknown>>;

const noParams: Params = {};
const noMeta: Params = {};

/** The properties of a request and of its origin. They are getters, because hardly any call needs all of them. */
export abstract class IncomingRequest {
  constructor(
    protected readonly message: RequestMessage,
    protected readonly origin: MessageOrigin,
  ) {}

  get id(): string | number {
    return this.message.id;
  }

  get method(): string {
    return this.message.method;
  }

  get where(): string {
    return this.message.method;
  }

  get params(): Params {
    return this.message.params ?? noParams;
  }

  get meta(): Params {
    return this.message.params?._meta ?? noMeta;
  }

  get over(): string {
    return this.origin.over;
  }

  get progressToken(): string | number | undefined {
    return this.message.params?._meta?.progressToken;
  }

  get request(): object {
    return this.origin.request;
  }

  get response(): object | undefined {
    return this.origin.response;
  }

  get auth(): McpAuth | undefined {
    return this.origin.auth;
  }
}

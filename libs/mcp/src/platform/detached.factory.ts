import { ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { createReplyClass, type FastifyReply, type ReplyClass } from './detached-reply.js';
import { createDetachedClass, type DetachedClass } from './detached-response.js';
import { plainResponse } from './plain-response.js';
import { fastifySymbols } from './fastify-internals.js';

interface ExpressResponse {
  req: object;
  locals: object;
}

/**
 * Creates the responses for guards, interceptors, filters and middleware of calls: of the adapter's own type, without a
 * client.
 */
export class DetachedResponses {
  private readonly classes = new WeakMap<object, DetachedClass>();
  private readonly replies = new WeakMap<object, ReplyClass>();

  /** `adapter` runs at each call, because a testing module gets its adapter late. */
  constructor(private readonly adapter: () => AbstractHttpAdapter | undefined) {}

  /** The response of one call; `real` is the one that will carry the answer, if there is one. */
  create(request: object, real: object | undefined): object {
    if (isReply(real)) {
      const Reply = this.replyOf(real.constructor as ReplyClass);
      return this.createReply(Reply, request, real.log, real.raw);
    }
    if (real instanceof ServerResponse) return this.createPlain(request, real);
    const adapter = this.adapter();
    const type = adapter?.getType();
    if (adapter && type === 'fastify') {
      const server = adapter.getInstance<object>();
      const { Reply } = fastifySymbols(server);
      const { log } = server as { log: object };
      if (Reply) return this.createReply(this.replyOf(Reply as ReplyClass), request, log);
    }
    const { response = plainResponse } =
      adapter && type === 'express' ? adapter.getInstance<{ response?: object }>() : {};
    return this.createPlain(request, undefined, response);
  }

  private createPlain(
    request: object,
    real: ServerResponse | undefined,
    prototype: object = Object.getPrototypeOf(real) as object,
  ): object {
    const response: object = new (this.classOf(prototype))(request, real);
    const own = response as ExpressResponse;
    // Express sets these properties on every response before anything else runs.
    own.req = request;
    own.locals = Object.create(null) as object;
    return response;
  }

  private createReply(
    Reply: ReplyClass,
    request: object,
    log: object,
    real?: ServerResponse,
  ): FastifyReply {
    const { raw = request } = request as { raw?: object };
    const Raw = this.classOf(ServerResponse.prototype);
    return new Reply(new Raw(raw, real), request, log);
  }

  private classOf(prototype: object): DetachedClass {
    let known = this.classes.get(prototype);
    if (!known) this.classes.set(prototype, (known = createDetachedClass(prototype)));
    return known;
  }

  private replyOf(Reply: ReplyClass): ReplyClass {
    let known = this.replies.get(Reply);
    if (!known) {
      const server = this.adapter()?.getInstance<object>() ?? {};
      this.replies.set(Reply, (known = createReplyClass(Reply, server)));
    }
    return known;
  }
}

function isReply(response: object | undefined): response is FastifyReply {
  return response !== undefined && 'hijack' in response && 'raw' in response;
}

import type { ServerResponse } from 'node:http';
import type { ExecutionContext, Type } from '@nestjs/common';
import type { McpCall } from '../context/mcp-call.js';
import { McpContext, type McpPrimitiveInfo } from '../context/mcp-context.js';
import type { DetachedResponses } from '../platform/detached.factory.js';
import { ExecutionContextHost } from '../nest/router-internals.js';

/** The method of a primitive. */
export interface CheckedMethod {
  readonly host: { readonly type: Type };
  readonly method: string;
  readonly primitive: McpPrimitiveInfo;
}

const created = new WeakMap<McpCall, object>();

/**
 * The response for the checks of a call, of which a list may need hundreds. It reaches no client: headers that a check
 * sets would reveal that something is hidden. After a check that has answered by it, the others get a fresh one.
 */
function responseOf(call: McpCall, responses: DetachedResponses): object {
  const known = created.get(call);
  if (known && !isAnswered(known)) return known;
  const response = responses.create(call.request, undefined);
  created.set(call, response);
  return response;
}

function isAnswered(response: object): boolean {
  const { raw = response } = response as { raw?: object };
  return (raw as ServerResponse).headersSent;
}

/** The execution context for a check of visibility: that of the call's guards, without an input. */
export function createCheckContext(
  { host, method, primitive }: CheckedMethod,
  call: McpCall,
  responses: DetachedResponses,
): ExecutionContext {
  const callback = (host.type.prototype as Record<string, () => unknown>)[method];
  const context = new ExecutionContextHost(
    [
      call.request,
      responseOf(call, responses),
      () => undefined,
      undefined,
      new McpContext(call, { primitive }),
    ],
    host.type,
    callback,
  );
  context.setType('http');
  return context;
}

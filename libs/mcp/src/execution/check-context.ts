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
      // Headers that a check sets would reveal that something is hidden.
      responses.create(call.request, undefined),
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

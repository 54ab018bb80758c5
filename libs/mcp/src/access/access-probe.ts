import type { McpCall } from '../context/mcp-call.js';
import { McpContext } from '../context/mcp-context.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { isModernVersion, type McpEra } from '../protocol/era.js';
import { UNDECLARED_VERSION } from '../protocol/protocol-version.js';

/** The caller and the request for which access is checked. */
export interface Asker {
  readonly request: object;
  readonly response?: object;
  readonly auth?: McpAuth | undefined;
  readonly era?: McpEra;
  readonly protocolVersion?: string | undefined;
}

const never = new AbortController().signal;

/** Creates a call that runs nothing: it represents the caller in a check of access, for a list or before dispatch. */
export function createProbe(asker: Asker): McpCall {
  return {
    era: asker.era ?? 'modern',
    protocolVersion: asker.protocolVersion ?? '2026-07-28',
    request: asker.request,
    ...(asker.response && { response: asker.response }),
    ...(asker.auth && { auth: asker.auth }),
    signal: never,
    isAborted: false,
    where: 'visibility',
    notify: () => Promise.resolve(),
    limitTime: () => undefined,
    closeStream: () => undefined,
    ask: () => Promise.reject(new Error('A visibility check cannot ask the client.')),
    once: async (_key, work) => work(),
  };
}

/**
 * The same for the context of a call, or for a request of the application's own routes, whose caller `authOf` returns.
 */
export function createProbeOf(
  asking: McpContext | object,
  authOf: (request: object) => McpAuth | undefined,
): McpCall {
  if (asking instanceof McpContext) {
    const { request, auth, era, protocolVersion } = asking;
    return createProbe({ request, auth, era, protocolVersion });
  }
  return createProbe({ request: asking, auth: authOf(asking), ...revisionOf(asking) });
}

/** The revision of a request of the application's own routes, from its `MCP-Protocol-Version` header. */
function revisionOf(request: object): { era: McpEra; protocolVersion: string } {
  const { headers } = request as { headers?: Record<string, unknown> };
  const given = headers?.['mcp-protocol-version'];
  const protocolVersion = typeof given === 'string' ? given : UNDECLARED_VERSION;
  return { era: isModernVersion(protocolVersion) ? 'modern' : 'legacy', protocolVersion };
}

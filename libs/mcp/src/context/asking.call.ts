import type { McpAuth } from '../sessions/mcp-auth.js';
import type { McpCall, McpEra } from './mcp-call.js';

const never = new AbortController().signal;

/** Who asks what there is without a call of the protocol: a route of the application, or a transport before dispatch. */
export function createAskingCall(asking: {
  readonly request: object;
  readonly response?: object;
  readonly auth: McpAuth | undefined;
  readonly era?: McpEra;
  readonly protocolVersion?: string;
}): McpCall {
  return {
    era: asking.era ?? 'modern',
    protocolVersion: asking.protocolVersion ?? '2026-07-28',
    request: asking.request,
    ...(asking.response && { response: asking.response }),
    ...(asking.auth && { auth: asking.auth }),
    signal: never,
    where: 'visibility',
    notify: () => Promise.resolve(),
    limitTime: () => undefined,
    closeStream: () => undefined,
    ask: () => Promise.reject(new Error('No client is there to be asked.')),
    once: async (_key, work) => work(),
  };
}

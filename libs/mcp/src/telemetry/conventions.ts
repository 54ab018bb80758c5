import type { ObservedCall } from '../engine/call-observer.js';
import { isServedVersion } from '../protocol/protocol-version.js';

/** The attribute names of OpenTelemetry's conventions for MCP. */
export const attribute = {
  method: 'mcp.method.name',
  protocolVersion: 'mcp.protocol.version',
  sessionId: 'mcp.session.id',
  resourceUri: 'mcp.resource.uri',
  requestId: 'jsonrpc.request.id',
  statusCode: 'rpc.response.status_code',
  errorType: 'error.type',
  operation: 'gen_ai.operation.name',
  tool: 'gen_ai.tool.name',
  prompt: 'gen_ai.prompt.name',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  transport: 'network.transport',
  protocolName: 'network.protocol.name',
  httpVersion: 'network.protocol.version',
  clientAddress: 'client.address',
  clientPort: 'client.port',
} as const;

/** Values of attributes by their names. */
export type Attributes = Record<string, string | number>;

/** The longest client text that is used as the value of an attribute, in characters. */
const longestText = 256;

/**
 * The methods of the specification. Any other method is arbitrary text of a client, which must not become the name of a
 * span or of a series.
 */
const methods: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'tasks/list',
  'tasks/get',
  'tasks/result',
  'tasks/update',
  'tasks/cancel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/roots/list_changed',
  'notifications/elicitation/complete',
  'notifications/tasks/status',
]);

const resourceMethods: ReadonlySet<string> = new Set([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
]);

const targets: Readonly<Record<string, 'tool' | 'prompt'>> = {
  'tools/call': 'tool',
  'prompts/get': 'prompt',
};

/** The method, or `_OTHER` for one that the specification does not define. */
export function toKnownMethod(method: string): string {
  return methods.has(method) ? method : '_OTHER';
}

/** The attribute for the target of the request, with its value. */
export function targetOf({
  method,
  params,
}: ObservedCall): { key: string; name: string } | undefined {
  const kind = Object.hasOwn(targets, method) ? targets[method] : undefined;
  const { name } = params;
  if (!kind || typeof name !== 'string') return undefined;
  return { key: attribute[kind], name: name.slice(0, longestText) };
}

/** The attributes of a message for its span and its series, without names that only the client may know. */
export function operationAttributes(call: ObservedCall): Attributes {
  const { method, protocolVersion } = call;
  return {
    [attribute.method]: toKnownMethod(method),
    ...(method === 'tools/call' && { [attribute.operation]: 'execute_tool' }),
    ...versionAttribute(protocolVersion),
    ...networkAttributes(call),
  };
}

/** The attribute of the protocol revision, if it is a supported one. */
export function versionAttribute(version: unknown): Attributes {
  return isServedVersion(version) ? { [attribute.protocolVersion]: version } : {};
}

/** The attributes of spans only: ids, addresses, and text of the client. */
export function spanAttributes(call: ObservedCall): Attributes {
  const { id, method, params, session } = call;
  const { uri } = params;
  return {
    [attribute.method]: method.slice(0, longestText),
    ...(id !== undefined && { [attribute.requestId]: String(id).slice(0, longestText) }),
    ...(session && { [attribute.sessionId]: session.id }),
    ...(resourceMethods.has(method) &&
      typeof uri === 'string' && { [attribute.resourceUri]: uri.slice(0, longestText) }),
    ...clientAttributes(call),
  };
}

/** The network properties of a request of Express or Fastify. */
interface HttpRequest {
  readonly httpVersion?: string;
  readonly raw?: { readonly httpVersion?: string };
  readonly ip?: string;
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number };
}

/** The attributes of the connection of a message. */
export function networkAttributes({
  over,
  request,
}: Pick<ObservedCall, 'over' | 'request'>): Attributes {
  if (over === 'stdio') return { [attribute.transport]: 'pipe' };
  const { httpVersion, raw } = request as HttpRequest;
  const version = httpVersion ?? raw?.httpVersion;
  if (version === undefined) return {};
  return {
    [attribute.transport]: 'tcp',
    [attribute.protocolName]: 'http',
    [attribute.httpVersion]: version.replace(/\.0$/, ''),
  };
}

function clientAttributes({ request }: ObservedCall): Attributes {
  const { ip, socket } = request as HttpRequest;
  if (ip === undefined) return {};
  // Behind a proxy, the port is that of the proxy.
  const port = socket?.remoteAddress === ip ? socket.remotePort : undefined;
  return {
    [attribute.clientAddress]: ip,
    ...(port !== undefined && { [attribute.clientPort]: port }),
  };
}

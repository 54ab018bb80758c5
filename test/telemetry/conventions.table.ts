import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

interface Rule {
  /** Spans that must have the attribute. */
  readonly needed: (span: ReadableSpan) => boolean;
  /** Spans that may have it; default: those that must. */
  readonly allowed?: (span: ReadableSpan) => boolean;
  readonly value: RegExp;
}

const methodOf = ({ attributes }: ReadableSpan): string => String(attributes['mcp.method.name']);
const isServer = ({ kind }: ReadableSpan): boolean => kind === SpanKind.SERVER;
const isOf =
  (...methods: string[]) =>
  (span: ReadableSpan): boolean =>
    methods.includes(methodOf(span));
const always = (): boolean => true;
const never = (): boolean => false;
const hasHttp = ({ attributes }: ReadableSpan): boolean =>
  attributes['network.transport'] === 'tcp';
const failed = ({ status }: ReadableSpan): boolean => status.code === SpanStatusCode.ERROR;
const hasCode = ({ attributes }: ReadableSpan): boolean =>
  /^-?\d+$/.test(String(attributes['error.type'] ?? ''));

/** The attributes of a span by OpenTelemetry's semantic conventions for MCP, as the server and the client span have them. */
export const spanTable: Readonly<Record<string, Rule>> = {
  'mcp.method.name': { needed: always, value: /^[\w/]+$/ },
  'error.type': {
    needed: failed,
    value: /^(-?\d+|tool_error|cancelled|connection_closed|_OTHER)$/,
  },
  'gen_ai.tool.name': { needed: isOf('tools/call'), value: /^\w+$/ },
  'gen_ai.prompt.name': { needed: isOf('prompts/get'), value: /^\w+$/ },
  'jsonrpc.request.id': {
    needed: (span) => !methodOf(span).startsWith('notifications/'),
    value: /^.+$/,
  },
  'mcp.resource.uri': {
    needed: isOf('resources/read', 'resources/subscribe', 'resources/unsubscribe'),
    value: /^[a-z]+:/,
  },
  'rpc.response.status_code': { needed: hasCode, value: /^-?\d+$/ },
  'gen_ai.operation.name': { needed: isOf('tools/call'), value: /^execute_tool$/ },
  // Only where it is not 2.0.
  'jsonrpc.protocol.version': { needed: never, value: /^$/ },
  'mcp.protocol.version': {
    // A client of the modern era cancels over stdio without saying its revision.
    needed: (span) => methodOf(span) !== 'notifications/cancelled',
    allowed: always,
    value: /^(2024-11-05|2025-11-25|2026-07-28)$/,
  },
  'mcp.session.id': { needed: never, allowed: always, value: /^[\da-f-]{36}$/ },
  'network.transport': { needed: always, value: /^(tcp|pipe)$/ },
  'network.protocol.name': { needed: hasHttp, value: /^http$/ },
  'network.protocol.version': { needed: hasHttp, value: /^(1\.1|2)$/ },
  'client.address': { needed: (span) => isServer(span) && hasHttp(span), value: /^127\.0\.0\.1$/ },
  'client.port': { needed: (span) => isServer(span) && hasHttp(span), value: /^\d+$/ },
  // Opt-in.
  'gen_ai.tool.call.arguments': { needed: never, value: /^$/ },
  'gen_ai.tool.call.result': { needed: never, value: /^$/ },
};

/** What a span has and should not, lacks and should have, or has with a wrong value. */
export function violationsOf(span: ReadableSpan): string[] {
  const { attributes, name } = span;
  const unknown = Object.keys(attributes).filter((key) => !Object.hasOwn(spanTable, key));
  const wrong = Object.entries(spanTable).flatMap(([key, { needed, allowed = needed, value }]) => {
    const given = attributes[key];
    if (given === undefined) return needed(span) ? [`${name} lacks ${key}`] : [];
    if (!allowed(span)) return [`${name} must not have ${key}`];
    return value.test(String(given)) ? [] : [`${name} has ${key} = ${String(given)}`];
  });
  return [...unknown.map((key) => `${name} has the unknown ${key}`), ...wrong];
}

/** The attributes that a series may have, by its metric. */
export const seriesTable: Readonly<Record<string, readonly string[]>> = {
  'mcp.server.operation.duration': [
    'mcp.method.name',
    'error.type',
    'gen_ai.tool.name',
    'gen_ai.prompt.name',
    'gen_ai.operation.name',
    'rpc.response.status_code',
    'mcp.protocol.version',
    'network.transport',
    'network.protocol.name',
    'network.protocol.version',
  ],
  'mcp.client.operation.duration': [
    'mcp.method.name',
    'error.type',
    'rpc.response.status_code',
    'mcp.protocol.version',
    'network.transport',
    'network.protocol.name',
    'network.protocol.version',
  ],
  'mcp.server.session.duration': [
    'error.type',
    'mcp.protocol.version',
    'network.transport',
    'network.protocol.name',
    'network.protocol.version',
  ],
};

/** Seconds: what the conventions advise. */
export const boundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

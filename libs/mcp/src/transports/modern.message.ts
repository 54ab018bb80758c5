import { classifyInboundRequest } from '@modelcontextprotocol/server';
import { ErrorCode } from '../errors/protocol.error.js';
import type { ModernRequest } from './mcp.transport.js';
import { MODERN_VERSION } from './protocol-version.js';

/** The headers of a request that say what its body says. */
export interface StandardHeaders {
  readonly version?: string | undefined;
  readonly method?: string | undefined;
  readonly name?: string | undefined;
}

/** A request that is refused before it gets anywhere. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** Which era a message belongs to, and, where it is the modern one, whether it may go on. */
export interface Classified {
  readonly era: 'legacy' | 'modern';
  readonly refusal?: Refusal;
  /** Neither this nor a refusal: a notification, and there is none that this server listens to. */
  readonly request?: ModernRequest;
}

const versionKey = 'io.modelcontextprotocol/protocolVersion';

/** Tells the era of what a client has sent: by the envelope in its body, and by its version header, never by `Mcp-Method`. */
export function classify(body: unknown, headers: StandardHeaders = {}): Classified {
  // The SDK's own classification parses the whole message: legacy traffic does not pay for it.
  const claims = Array.isArray(body) ? body.some(claimsModern) : claimsModern(body);
  if (!claims && !isModernVersion(headers.version)) return { era: 'legacy' };
  const found = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(headers.version !== undefined && { protocolVersionHeader: headers.version }),
    ...(headers.method !== undefined && { mcpMethodHeader: headers.method }),
    ...(headers.name !== undefined && { mcpNameHeader: headers.name }),
  });
  if (found.kind === 'legacy') return { era: 'legacy' };
  if (found.kind === 'reject') {
    const { httpStatus: status, code, message, data } = found;
    return { era: 'modern', refusal: { status, code, message, data } };
  }
  if (found.messageKind === 'notification') return { era: 'modern' };
  const revision = found.classification.revision ?? MODERN_VERSION;
  return {
    era: 'modern',
    request: { message: found.message, revision },
  };
}

/** What a server that serves no legacy revision says to a legacy message. */
export function modernOnly(body: unknown, version: string | undefined): Refusal {
  if (Array.isArray(body)) {
    return {
      status: 400,
      code: ErrorCode.invalidRequest,
      message: 'Invalid Request: there are no batches in this revision',
    };
  }
  const params = (body as { params?: { protocolVersion?: unknown } }).params;
  const requested = params?.protocolVersion ?? version;
  return {
    status: 400,
    code: ErrorCode.unsupportedProtocolVersion,
    message: `Unsupported protocol version (supported: ${MODERN_VERSION})`,
    data: { supported: [MODERN_VERSION], ...(typeof requested === 'string' && { requested }) },
  };
}

/** Whether a version names a revision of the modern era (or one that is not known yet). */
export function isModernVersion(version: string | undefined): boolean {
  return version !== undefined && version.trim() >= MODERN_VERSION;
}

function claimsModern(message: unknown): boolean {
  const params = (message as { params?: { _meta?: object } } | null)?.params;
  const meta = params?._meta;
  return typeof meta === 'object' && meta !== null && versionKey in meta;
}

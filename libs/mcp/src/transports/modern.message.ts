import { classifyInboundRequest } from '@modelcontextprotocol/server';
import { ErrorCode } from '../errors/protocol.error.js';
import { isRequest, type Message } from '../protocol/json-rpc.js';
import { KnownEnvelopes } from './known.envelopes.js';
import type { ModernRequest } from './mcp.transport.js';
import { MODERN_VERSION } from '../protocol/protocol-version.js';

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

type Envelope = Readonly<Record<string, unknown>>;

const versionKey = 'io.modelcontextprotocol/protocolVersion';

/** Judged by the SDK, whoever sent them. */
const accepted = new KnownEnvelopes();

/**
 * Tells the era of what a client has sent (a message, or a batch of them): by the envelope in its body, and by its version
 * header, never by `Mcp-Method`. The SDK judges; who sends the same envelope again is not judged again.
 */
export function classify(
  body: Message | readonly Message[] | undefined,
  headers: StandardHeaders = {},
): Classified {
  const message = isBatch(body) ? undefined : body;
  const envelope = envelopeOf(message);
  const claims = isBatch(body) ? body.some((one) => envelopeOf(one)) : envelope;
  if (!claims && !isModernVersion(headers.version)) return { era: 'legacy' };
  if (message && envelope && accepted.has(envelope) && agrees(message, headers)) {
    return { era: 'modern', request: { message, revision: MODERN_VERSION } };
  }
  const found = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(headers.version !== undefined && { protocolVersionHeader: headers.version }),
    ...(headers.method !== undefined && { mcpMethodHeader: headers.method }),
    ...(headers.name !== undefined && { mcpNameHeader: headers.name }),
  });
  if (found.kind === 'legacy') return { era: 'legacy' };
  if (found.kind === 'reject') {
    const { httpStatus: status, code, data } = found;
    return { era: 'modern', refusal: { status, code, message: found.message, data } };
  }
  if (found.messageKind === 'notification') return { era: 'modern' };
  const revision = found.classification.revision ?? MODERN_VERSION;
  if (envelope && revision === MODERN_VERSION) accepted.add(envelope);
  return { era: 'modern', request: { message: found.message, revision } };
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

/** The envelope by which a message claims to be of the modern era. */
function envelopeOf(message: Message | undefined): Envelope | undefined {
  const params = (message as { params?: { _meta?: Envelope | null } } | undefined)?.params;
  const meta = params?._meta;
  return typeof meta === 'object' && meta !== null && versionKey in meta ? meta : undefined;
}

function isBatch(body: Message | readonly Message[] | undefined): body is readonly Message[] {
  return Array.isArray(body);
}

/** The request is what its headers say. */
function agrees(
  message: Message,
  { version, method }: StandardHeaders,
): message is ModernRequest['message'] {
  return (
    isRequest(message) &&
    (version === undefined || version === MODERN_VERSION) &&
    (method === undefined || method === message.method)
  );
}

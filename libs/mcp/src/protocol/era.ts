import { ErrorCode } from '../errors/protocol.error.js';
import { isRequest, isResponse, type Message } from './json-rpc.js';
import { MODERN_VERSION } from './protocol-version.js';
import { checkRequestMeta, checkVersion, metaKeys, missingMetaKeys } from './request-meta.js';

/**
 * The family of revisions of a call: with a handshake and sessions (legacy), or with self-contained requests (modern,
 * 2026-07-28).
 */
export type McpEra = 'legacy' | 'modern';

/** The headers of a POST that repeat parts of its body. */
export interface StandardHeaders {
  /** `MCP-Protocol-Version` */
  readonly version?: string | undefined;
  /** `Mcp-Method` */
  readonly method?: string | undefined;
}

/** The refusal of a message before anything runs: an HTTP status and a JSON-RPC error. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The era of a message, or its refusal. */
export type Classified =
  | { readonly era: 'legacy' }
  | { readonly era: 'modern'; readonly refusal: Refusal }
  /** A request with its claimed revision; the engine refuses an unsupported one. */
  | { readonly era: 'modern'; readonly revision: string }
  /** A notification. The modern era has none that a server acts on. */
  | { readonly era: 'modern' };

type Fields = Readonly<Record<string, unknown>>;

const legacy: Classified = { era: 'legacy' };
const modern: Classified = { era: 'modern' };
const current: Classified = { era: 'modern', revision: MODERN_VERSION };

/**
 * Determines the era of a message or a batch: by the protocol version in `params._meta`, and by the version header,
 * never by `Mcp-Method`. It agrees with `classifyInboundRequest` of `@modelcontextprotocol/server`.
 */
export function classify(
  body: Message | readonly Message[],
  headers: StandardHeaders = {},
): Classified {
  if (isBatch(body)) return body.some((one) => claimOf(one)) ? batched() : legacy;
  if (isResponse(body)) return legacy;
  return isRequest(body)
    ? classifyRequest(body, headers)
    : classifyNotification(body as Message & { method: string }, headers);
}

/** Whether a version is a revision of the modern era, including future ones. */
export function isModernVersion(version: string | undefined): boolean {
  return version !== undefined && version >= MODERN_VERSION;
}

/** The refusal of a legacy message by a server that serves no legacy revision. */
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

function classifyRequest(
  message: Message & { method: string },
  { version, method }: StandardHeaders,
): Classified {
  const claim = claimOf(message);
  const issue = claim && checkRequestMeta(claim);
  const claimed = claim?.[metaKeys.protocolVersion];
  // A handshake is legacy, unless its metadata is valid and names a modern revision.
  const isModern = claim && !issue && isModernVersion(claimed as string);
  if (message.method === 'initialize' && !isModern) {
    return isModernVersion(version)
      ? disagree(
          version,
          'an initialize request (legacy handshake) was sent with a modern MCP-Protocol-Version header',
        )
      : legacy;
  }
  if (!claim) return isModernVersion(version) ? unclaimed(message, version) : legacy;
  if (issue) return invalidMeta(issue);
  if (version !== undefined && version !== claimed) {
    return disagree(version, `the body envelope names ${versions(claimed, version)}`);
  }
  if (method !== undefined && method !== message.method) {
    return disagree(method, `the body names ${methods(message, method)}`);
  }
  return claimed === MODERN_VERSION ? current : { era: 'modern', revision: claimed as string };
}

function classifyNotification(
  message: Message & { method: string },
  { version, method }: StandardHeaders,
): Classified {
  const claim = claimOf(message);
  if (!claim && !isModernVersion(version)) return legacy;
  const issue = claim && checkVersion(claim);
  if (issue) return invalidMeta(issue);
  const claimed = (claim?.[metaKeys.protocolVersion] ?? version) as string;
  if (version !== undefined && version !== claimed) {
    return disagree(version, `the notification envelope names ${versions(claimed, version)}`);
  }
  if (isModernVersion(claimed) && method !== undefined && method !== message.method) {
    return disagree(method, `the notification body names ${methods(message, method)}`);
  }
  return modern;
}

/** The metadata that marks a message as one of the modern era. */
function claimOf(message: Message): Fields | undefined {
  const params = (message as { params?: { _meta?: Fields | null } }).params;
  const meta = params?._meta;
  return typeof meta === 'object' && meta !== null && metaKeys.protocolVersion in meta
    ? meta
    : undefined;
}

function batched(): Classified {
  return refused(
    ErrorCode.invalidRequest,
    `Bad Request: JSON-RPC batches may not contain requests for protocol revision ${MODERN_VERSION} or later`,
  );
}

function invalidMeta(issue: { key: string; problem: string }): Classified {
  return refused(
    ErrorCode.invalidParams,
    `Invalid _meta envelope for protocol revision ${MODERN_VERSION}: ${issue.key}: ${issue.problem}`,
    { envelope: issue },
  );
}

function unclaimed(message: Message, version: string | undefined): Classified {
  const { _meta } = (message as { params?: { _meta?: Fields } }).params ?? {};
  const missing = _meta === undefined ? ['_meta'] : missingMetaKeys(_meta);
  return refused(
    ErrorCode.invalidParams,
    `Invalid params: the MCP-Protocol-Version header names protocol revision ${version}, but the request is missing the required per-request envelope key(s): ${missing.join(', ')}`,
    { envelope: { missing } },
  );
}

function versions(claimed: unknown, header: string): string {
  return `protocol version ${String(claimed)} but the MCP-Protocol-Version header names ${header}`;
}

function methods({ method }: { method: string }, header: string): string {
  return `method ${method} but the Mcp-Method header names ${header}`;
}

function disagree(header: string | undefined, body: string): Classified {
  return refused(
    ErrorCode.headerMismatch,
    `Bad Request: the request headers and body disagree: ${body}`,
    { mismatch: { header, body } },
  );
}

function refused(code: number, message: string, data?: unknown): Classified {
  return { era: 'modern', refusal: { status: 400, code, message, data } };
}

function isBatch(body: Message | readonly Message[]): body is readonly Message[] {
  return Array.isArray(body);
}

import type { McpClientInfo } from '../../context/mcp-call.js';
import { logLevels, type McpLogLevel } from '../../protocol/log-level.js';
import { metaKeys } from '../../protocol/request-meta.js';
import { ErrorCode, ProtocolError } from '../../errors/protocol.error.js';
import type { Message } from '../../protocol/json-rpc.js';
import { MODERN_VERSION } from '../../protocol/protocol-version.js';
import type { EngineSettings } from '../engine.settings.js';

type Meta = Readonly<Record<string, unknown>>;

/** Who says to be calling: for display, and for what it can be asked. */
export function clientOf(meta: Meta): McpClientInfo {
  const info = (meta[metaKeys.clientInfo] ?? {}) as Partial<McpClientInfo>;
  const capabilities = meta[metaKeys.clientCapabilities] as McpClientInfo['capabilities'];
  return { name: 'unknown', version: '', ...info, capabilities: capabilities ?? {} };
}

/** The least severe level that the caller of this very request wants to hear; `undefined`: none. */
export function logLevelOf(meta: Meta): McpLogLevel | undefined {
  const level = meta[metaKeys.logLevel] as McpLogLevel;
  return logLevels.includes(level) ? level : undefined;
}

/** The revision that a request claims is none that is served. */
export function unsupported(requested: string): ProtocolError {
  return new ProtocolError(
    ErrorCode.unsupportedProtocolVersion,
    `Unsupported protocol version: ${requested.slice(0, 64)}`,
    { supported: [MODERN_VERSION], requested },
  );
}

/** The answer that an error is. */
export function toAnswer(id: string | number, { code, message, data }: ProtocolError): Message {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } };
}

/** Results as this era has them: each says its kind, its server, and, where it may be kept, for how long. */
export class ModernResults {
  private readonly mark: object;
  private readonly cacheFields: object;

  constructor({ identity, cache }: Pick<EngineSettings, 'identity' | 'cache'>) {
    this.mark = { [metaKeys.serverInfo]: identity };
    const { ttl = 0, scope = 'private' } = cache ?? {};
    this.cacheFields = { ttlMs: ttl, cacheScope: scope };
  }

  /** What a method has returned, whole. What it says itself holds. */
  complete(method: string, result: { _meta?: object; resultType?: string }): object {
    return {
      resultType: 'complete',
      ...(result.resultType === undefined && isCacheable(method) && this.cacheFields),
      ...result,
      _meta: result._meta === undefined ? this.mark : { ...this.mark, ...result._meta },
    };
  }
}

function isCacheable(method: string): boolean {
  return method.endsWith('/list') || method === 'resources/read' || method === 'server/discover';
}

import type { McpClientInfo } from '../../context/mcp-call.js';
import { logLevels, type McpLogLevel } from '../../protocol/log-level.js';
import { metaKeys } from '../../protocol/request-meta.js';
import type { EngineSettings } from '../engine-settings.js';

type Meta = Readonly<Record<string, unknown>>;

/** The client's self-reported name, version and capabilities. Not verified. */
export function clientOf(meta: Meta): McpClientInfo {
  const info = (meta[metaKeys.clientInfo] ?? {}) as Partial<McpClientInfo>;
  const capabilities = meta[metaKeys.clientCapabilities] as McpClientInfo['capabilities'];
  return { name: 'unknown', version: '', ...info, capabilities: capabilities ?? {} };
}

/** The lowest log level that this request asks for; `undefined` if it asks for no log messages. */
export function logLevelOf(meta: Meta): McpLogLevel | undefined {
  const level = meta[metaKeys.logLevel] as McpLogLevel;
  return logLevels.includes(level) ? level : undefined;
}

/** Completes results: in this era each contains its type, its server, and, if it may be cached, for how long. */
export class ModernResults {
  private readonly mark: object;
  private readonly cacheFields: object;

  constructor({ identity, cache }: Pick<EngineSettings, 'identity' | 'cache'>) {
    this.mark = { [metaKeys.serverInfo]: identity };
    const { ttl = 0, scope = 'private' } = cache ?? {};
    this.cacheFields = { ttlMs: ttl, cacheScope: scope };
  }

  /** Adds the fields that every modern result carries; values set by the handler win. */
  complete(method: string, result: { _meta?: object; resultType?: string }): object {
    return {
      resultType: 'complete',
      ...(result.resultType === undefined && isCacheable(method) && this.cacheFields),
      ...result,
      _meta: result._meta === undefined ? this.mark : { ...this.mark, ...result._meta },
    };
  }
}

const cacheable: ReadonlySet<string> = new Set([
  'resources/read',
  'resources/directory/read',
  'server/discover',
  'skills/get',
]);

function isCacheable(method: string): boolean {
  return method.endsWith('/list') || cacheable.has(method);
}

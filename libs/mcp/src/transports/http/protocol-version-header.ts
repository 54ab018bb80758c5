import type { IncomingMessage } from 'node:http';
import { servedVersions } from '../../protocol/protocol-version.js';
import { HttpRefusal, LegacyCode } from './http-refusal.js';

const SUPPORTED: ReadonlySet<string> = new Set(servedVersions.legacy);

/**
 * The `MCP-Protocol-Version` header of a request; `undefined` if it is absent. Throws `HttpRefusal` (400) for an
 * unsupported revision.
 */
export function protocolVersionOf({ headers }: IncomingMessage): string | undefined {
  const version = headers['mcp-protocol-version'] as string | undefined;
  if (version === undefined || SUPPORTED.has(version)) return version;
  throw new HttpRefusal(
    400,
    LegacyCode.refused,
    `Bad Request: Unsupported protocol version (supported versions: ${servedVersions.legacy.join(', ')})`,
  );
}

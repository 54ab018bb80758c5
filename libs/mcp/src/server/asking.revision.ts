import type { McpEra } from '../context/mcp-call.js';
import { isModernVersion } from '../transports/modern.message.js';

/** What a client without the header speaks (Streamable HTTP, "Protocol Version Header"). */
const assumedVersion = '2025-03-26';

/** In which revision a request of the application's own routes asks what there is: what its `MCP-Protocol-Version` says. */
export function revisionOf(request: object): { era: McpEra; protocolVersion: string } {
  const { headers } = request as { headers?: Record<string, unknown> };
  const said = headers?.['mcp-protocol-version'];
  const protocolVersion = typeof said === 'string' ? said : assumedVersion;
  return { era: isModernVersion(protocolVersion) ? 'modern' : 'legacy', protocolVersion };
}

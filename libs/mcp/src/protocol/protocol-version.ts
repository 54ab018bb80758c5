import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';

/** The one revision that has JSON-RPC batches. */
export const BATCH_VERSION = '2025-03-26';

/** The first revision whose clients understand an event without data, and come back for the rest of a stream. */
export const POLLING_VERSION = '2025-11-25';

/** The revision of the modern era: no handshake, no sessions, every request stands alone. */
export const MODERN_VERSION = '2026-07-28';

/** The revision of a legacy request that names none (Streamable HTTP, "Protocol Version Header"). */
export const UNDECLARED_VERSION = '2025-03-26';

/** The revisions of each era, the latest first. */
export const servedVersions = {
  modern: [MODERN_VERSION],
  legacy: SUPPORTED_PROTOCOL_VERSIONS,
};

/** Whether it is a revision that is served, and not just any text of a client. */
export function isServedVersion(version: unknown): version is string {
  return version === MODERN_VERSION || SUPPORTED_PROTOCOL_VERSIONS.includes(version as string);
}

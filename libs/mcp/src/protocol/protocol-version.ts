/** The only revision with JSON-RPC batches. */
export const BATCH_VERSION = '2025-03-26';

/** The first revision whose clients accept an event without data, and resume a stream that has ended early. */
export const POLLING_VERSION = '2025-11-25';

/** The revision of the modern era: no handshake, no sessions, each request is independent. */
export const MODERN_VERSION = '2026-07-28';

/** The revision of a legacy request without one (Streamable HTTP, "Protocol Version Header"). */
export const UNDECLARED_VERSION = '2025-03-26';

/** The answer to a client that requests an unsupported revision. */
const LATEST_LEGACY_VERSION = '2025-11-25';

/**
 * The supported revisions of each era, the latest first. Those of the legacy era are the SDK's, which answers their
 * handshakes.
 */
export const servedVersions = {
  modern: [MODERN_VERSION],
  legacy: [LATEST_LEGACY_VERSION, '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'],
};

/** Whether it is a supported revision, and not arbitrary text of a client. */
export function isServedVersion(version: unknown): version is string {
  return version === MODERN_VERSION || servedVersions.legacy.includes(version as string);
}

/** The SDK's answer to the revision that a client requests in `initialize`. */
export function negotiate(asked: unknown): string {
  const version = String(asked);
  return servedVersions.legacy.includes(version) ? version : LATEST_LEGACY_VERSION;
}

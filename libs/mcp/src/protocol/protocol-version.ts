/** The one revision that has JSON-RPC batches. */
export const BATCH_VERSION = '2025-03-26';

/** The first revision whose clients understand an event without data, and come back for the rest of a stream. */
export const POLLING_VERSION = '2025-11-25';

/** The revision of the modern era: no handshake, no sessions, every request stands alone. */
export const MODERN_VERSION = '2026-07-28';

/** The revision of a legacy request that names none (Streamable HTTP, "Protocol Version Header"). */
export const UNDECLARED_VERSION = '2025-03-26';

/** The revision that is answered to a client that asks for one that is not served. */
const LATEST_LEGACY_VERSION = '2025-11-25';

/** The revisions of each era, the latest first. Those of the legacy era are the SDK's, which answers their handshakes. */
export const servedVersions = {
  modern: [MODERN_VERSION],
  legacy: [LATEST_LEGACY_VERSION, '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'],
};

/** Whether it is a revision that is served, and not just any text of a client. */
export function isServedVersion(version: unknown): version is string {
  return version === MODERN_VERSION || servedVersions.legacy.includes(version as string);
}

/** The revision that the SDK answers to the one that a client asks for in `initialize`. */
export function negotiate(asked: unknown): string {
  const version = String(asked);
  return servedVersions.legacy.includes(version) ? version : LATEST_LEGACY_VERSION;
}

/** The one revision that has JSON-RPC batches. */
export const BATCH_VERSION = '2025-03-26';

/** The first revision whose clients understand an event without data, and come back for the rest of a stream. */
export const POLLING_VERSION = '2025-11-25';

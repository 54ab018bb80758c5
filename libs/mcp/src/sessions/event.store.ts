/**
 * Stores the messages of a session's streams, so that a client can resume a stream that it has lost (legacy Streamable
 * HTTP, `Last-Event-ID`). A stream id begins with the id of its session and a slash.
 */
export interface EventStore {
  /**
   * Stores a message and returns an id that is unique in the session. An empty object stands for a position without a
   * message. `json` is the serialised message, so that a store of text need not serialise it again.
   */
  storeEvent(streamId: string, message: object, json?: string): string | Promise<string>;
  /** The stream of an event; `undefined` if it is unknown, or a later event of the stream is no longer stored. */
  getStreamIdForEventId?(eventId: string): string | undefined | Promise<string | undefined>;
  /**
   * Passes the events after that one on the same stream to `send`, in order. Resolves with the stream's id. Rejects if
   * the event is unknown, or a later one of the stream is no longer stored.
   */
  replayEventsAfter(
    lastEventId: string,
    receiver: { send: (eventId: string, message: object) => Promise<void> },
  ): Promise<string>;
  /**
   * Called when nothing more is sent on a stream and the time to resume it is over: the events of the stream may be
   * deleted.
   */
  forgetStream?(streamId: string): void | Promise<void>;
  /** Called when the session has ended: its events may be deleted. */
  forgetSession?(sessionId: string): void | Promise<void>;
}

/** The event store's id of the n-th stream of a session. */
export function toStreamId(sessionId: string, ordinal: number): string {
  return `${sessionId}/${ordinal}`;
}

/** The ordinal of a stream in its session, by its id. */
export function ordinalOf(sessionId: string, streamId: string): number {
  return Number(streamId.slice(sessionId.length + 1));
}

/** Whether a stream (or an event whose id begins with its stream's) belongs to that session. */
export function isStreamOf(sessionId: string, streamId: string): boolean {
  return streamId.startsWith(`${sessionId}/`);
}

/**
 * Keeps what was sent on a session's streams, so that a client that lost one can have the rest
 * (legacy Streamable HTTP, `Last-Event-ID`). A stream id begins with its session's id and a slash.
 */
export interface EventStore {
  /**
   * Keeps a message (an empty object: only a position) and gives it an id that is unique in the session. `json` is the message as it
   * is sent: a store that keeps text need not write it again.
   */
  storeEvent(streamId: string, message: object, json?: string): string | Promise<string>;
  /** The stream of an event; `undefined`: unknown. */
  getStreamIdForEventId?(eventId: string): string | undefined | Promise<string | undefined>;
  /** Hands over, in order, what came after that event on the same stream. Resolves with the stream's id. */
  replayEventsAfter(
    lastEventId: string,
    receiver: { send: (eventId: string, message: object) => Promise<void> },
  ): Promise<string>;
  /** The call that the stream belonged to was answered, and its client has had time to come back: the events of the stream may go. */
  forgetStream?(streamId: string): void | Promise<void>;
  /** The session is over: its events may go. */
  forgetSession?(sessionId: string): void | Promise<void>;
}

/** Names the n-th stream of a session for the event store. */
export function toStreamId(sessionId: string, ordinal: number): string {
  return `${sessionId}/${ordinal}`;
}

/** Which stream of that session an id names. */
export function ordinalOf(sessionId: string, streamId: string): number {
  return Number(streamId.slice(sessionId.length + 1));
}

/** Whether a stream (or an event whose id begins with its stream's) belongs to that session. */
export function isStreamOf(sessionId: string, streamId: string): boolean {
  return streamId.startsWith(`${sessionId}/`);
}

import type { IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Passes every event of a stream to the callback. Resolves when the stream has ended. */
export async function readEvents(
  response: IncomingMessage,
  onEvent: (event: EventSourceMessage) => void,
): Promise<void> {
  const parser = createParser({ onEvent });
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) parser.feed(String(chunk));
  } catch (error) {
    // The client itself, or the shutdown of the server, has closed the stream.
    if ((error as { code?: string }).code !== 'ECONNRESET') throw error;
  }
}

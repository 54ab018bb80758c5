import type { IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Hands over every event of a stream; resolves when the stream is over. */
export async function readEvents(
  response: IncomingMessage,
  onEvent: (event: EventSourceMessage) => void,
): Promise<void> {
  const parser = createParser({ onEvent });
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) parser.feed(String(chunk));
  } catch (error) {
    // The client itself, or the end of the server, has cut the stream.
    if ((error as { code?: string }).code !== 'ECONNRESET') throw error;
  }
}

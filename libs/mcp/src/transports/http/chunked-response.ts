import { OutgoingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ByteSink } from '../outgoing-bytes.js';

/** Bytes of the length and the two line ends of a chunk, at most. */
const FRAME = 16;

/**
 * A response of a stream, whose headers are sent, as a destination of bytes. A short text goes to the socket as one
 * string with the frame of its chunk (RFC 9112, 7.1): Node's `write` makes four pieces of it, which cost twice as much.
 */
export class ChunkedResponse implements ByteSink {
  constructor(private readonly res: ServerResponse) {}

  get writableLength(): number {
    return this.res.writableLength;
  }

  write(chunk: Uint8Array | string, done?: () => void): boolean {
    const { res } = this;
    if (typeof chunk !== 'string' || done) return res.write(chunk, done);
    const socket = openSocketOf(res, chunk.length);
    if (!socket) return res.write(chunk);
    // As Node does: all texts of one turn are sent together.
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(uncork, socket);
    }
    socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`, 'latin1');
    return true;
  }

  end(): void {
    this.res.end();
  }

  on(event: 'drain', listener: () => void): void {
    this.res.on(event, listener);
  }
}

function uncork(socket: Socket): void {
  socket.uncork();
}

/**
 * The socket of a response, if it takes a chunk at once. `undefined`: the chunk must go through `write`, because
 * another library has replaced it (compression), the response is not chunked (HTTP/1.0, HTTP/2), or bytes wait.
 */
function openSocketOf(res: ServerResponse, length: number): Socket | undefined {
  const { socket } = res;
  // A chunk without content would end the response.
  if (length === 0 || !socket?.writable || !res.chunkedEncoding) return undefined;
  if (res.write !== OutgoingMessage.prototype.write) return undefined;
  const { writableLength, writableHighWaterMark } = socket;
  // Only `write` of the response lets it emit `drain`.
  if (writableLength + length + FRAME >= writableHighWaterMark) return undefined;
  return res.writableLength === writableLength ? socket : undefined;
}

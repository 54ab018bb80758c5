import type { ServerResponse } from 'node:http';

/**
 * Closes the connection of a response at once, even if the response is queued behind an earlier one on the same
 * connection.
 */
export function cutOff(res: ServerResponse): void {
  if (res.socket) res.destroy();
  else res.req.socket.destroy();
}

import type { Http2Server, ServerHttp2Session } from 'node:http2';

/**
 * The connections of an HTTP/2 server. Before Node 24 `server.close()` waits for those that are merely open, until
 * their own timeout; here they are told to go (GOAWAY), and end once their last stream has.
 */
export class Http2Sessions {
  private readonly sessions = new Set<ServerHttp2Session>();
  private closing = false;

  /** Does nothing for a server of another kind. */
  constructor(server: object) {
    if (!('updateSettings' in server)) return;
    (server as Http2Server).on('session', (session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
      if (this.closing) session.close();
    });
  }

  /** To be called when the application shuts down. */
  close(): void {
    this.closing = true;
    for (const session of this.sessions) session.close();
  }
}

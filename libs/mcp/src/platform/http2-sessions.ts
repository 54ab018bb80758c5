import type { Http2Server, ServerHttp2Session } from 'node:http2';

/**
 * The connections of an HTTP/2 server. Before Node 24 `server.close()` waits until idle ones time out. This class
 * closes them (GOAWAY), so that they end with their last stream.
 */
export class Http2Sessions {
  private readonly sessions = new Set<ServerHttp2Session>();
  private closing = false;

  /** Has no effect on other servers. */
  constructor(server: object) {
    if (!('updateSettings' in server)) return;
    (server as Http2Server).on('session', (session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
      if (this.closing) session.close();
    });
  }

  /** Call it when the application shuts down. */
  close(): void {
    this.closing = true;
    for (const session of this.sessions) session.close();
  }
}

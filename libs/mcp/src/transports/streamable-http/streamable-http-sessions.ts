import type { NodeExchange } from '../../platform/node-exchange.js';
import { isMessage, isRequest } from '../../protocol/json-rpc.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { SessionSharer } from '../../sessions/session-sharer.js';
import type { Session } from '../../sessions/session.js';
import { sessionNotFound, sessionRequired } from '../http/http-refusal.js';
import { StreamableHttpSession, type StreamableHttpShared } from './streamable-http-session.js';

/** The transport in the records of these sessions. */
const KIND = 'streamable-http';

/** The sessions of one transport in this process: those that began here, and those adopted from other processes. */
export class StreamableHttpSessions {
  private readonly sessions = new Map<Session, StreamableHttpSession>();

  constructor(private readonly shared: StreamableHttpShared) {
    const { link } = shared.host.sessions.sharer ?? {};
    link?.on('stream.resumed', ({ session, stream }) =>
      this.known(session)?.resumedElsewhere(String(stream)),
    );
    link?.on('stream.lost', ({ session, stream }) =>
      this.known(session)?.lostElsewhere(String(stream)),
    );
    link?.on('question.asked', ({ session, message, process }) => {
      if (!isMessage(message) || !isRequest(message) || typeof process !== 'string') return;
      this.known(session)?.askFor(message, process);
    });
  }

  /** Opens a session. Throws `SessionLimitError`, `BackplaneError`. */
  async open(auth: McpAuth | undefined): Promise<StreamableHttpSession> {
    const { sessions } = this.shared.host;
    const session = sessions.open(auth);
    const own = this.own(session);
    await sessions.sharer?.publish(session, KIND);
    return own;
  }

  /**
   * The session of a request; a promise if another process may know it. Throws `HttpRefusal` (400, 404),
   * `BackplaneError`.
   */
  of(
    { req }: NodeExchange,
    auth: McpAuth | undefined,
  ): StreamableHttpSession | Promise<StreamableHttpSession> {
    const id = req.headers['mcp-session-id'];
    if (typeof id !== 'string' || id === '') throw sessionRequired();
    const { sessions } = this.shared.host;
    const known = sessions.find(id, auth);
    const own = known && this.sessions.get(known);
    if (own) return own;
    if (known || !sessions.sharer) throw sessionNotFound();
    return this.adopt(sessions.sharer, id, auth);
  }

  private async adopt(
    sharer: SessionSharer,
    id: string,
    auth: McpAuth | undefined,
  ): Promise<StreamableHttpSession> {
    const adopted = await sharer.adopt(id, auth, KIND);
    if (!adopted) throw sessionNotFound();
    return this.sessions.get(adopted) ?? this.own(adopted);
  }

  /** Ends the session in every process. Resolves when none adopts it any more. Throws `BackplaneError`. */
  async end({ session }: StreamableHttpSession): Promise<void> {
    await this.shared.host.sessions.sharer?.end(session);
    session.close();
  }

  /** Ends every session in this process. Shared ones go on in other processes. */
  leave(): void {
    const { sharer } = this.shared.host.sessions;
    for (const session of this.sessions.keys()) {
      if (sharer) session.leave();
      else session.close();
    }
  }

  private known(id: unknown): StreamableHttpSession | undefined {
    const session = typeof id === 'string' ? this.shared.host.sessions.get(id) : undefined;
    return session && this.sessions.get(session);
  }

  private own(session: Session): StreamableHttpSession {
    const own = new StreamableHttpSession(this.shared, session);
    this.sessions.set(session, own);
    session.whenClosed(() => this.sessions.delete(session));
    return own;
  }
}

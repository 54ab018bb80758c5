import type { NewsBody, ProcessLink } from '../../backplane/process-link.js';
import { isMessage, type MessageId } from '../../protocol/json-rpc.js';
import { processLostAnswer } from '../process-lost.js';
import type { SseConnection } from './sse-connection.js';

/** Writes messages from other processes to the streams of this process. */
export function takeRemoteCalls(
  link: ProcessLink,
  connections: () => Iterable<SseConnection>,
  find: (session: unknown) => SseConnection | undefined,
): void {
  /** The process of each call that runs elsewhere. */
  const running = new WeakMap<SseConnection, Map<MessageId, string>>();
  const on = (topic: string, take: (connection: SseConnection, body: NewsBody) => void): void =>
    link.on(topic, (body) => {
      const connection = find(body.session);
      if (connection) take(connection, body);
      // The sender does not know yet that the session has ended.
      else link.announce('session.ended', { id: body.session });
    });
  on('sse.began', (connection, { id, process }) => {
    if (typeof process !== 'string') return;
    const calls = running.get(connection) ?? new Map<MessageId, string>();
    running.set(connection, calls.set(id as MessageId, process));
  });
  on('sse.message', (connection, { message }) => {
    if (isMessage(message)) void connection.send(message)?.catch(() => undefined);
  });
  on('sse.answer', (connection, { id, message }) => {
    running.get(connection)?.delete(id as MessageId);
    if (isMessage(message)) connection.answer(id as MessageId, message);
  });
  link.whenLeft((gone) => {
    for (const connection of connections()) {
      const calls = running.get(connection);
      for (const [id, process] of calls ?? []) {
        if (process !== gone) continue;
        calls?.delete(id);
        connection.answer(id, processLostAnswer(id));
      }
    }
  });
}

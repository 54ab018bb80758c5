import type { NewsBody, ProcessLink } from '../backplane/process-link.js';
import { isMessage, isResponse, type Message, type MessageId } from '../protocol/json-rpc.js';
import type { CallInFlight } from '../sessions/session-attachments.js';
import type { Session } from '../sessions/session.js';

/** The other processes of the server, and the sessions shared with them. */
export interface ProcessSettings {
  readonly link: ProcessLink;
  /** A session that this process has adopted. */
  sessionOf(id: string): Session | undefined;
}

/** The engine's functions for messages of other processes. */
export interface EngineDoors {
  listChanged(notification: string): void;
  resourceUpdated(uri: string): void;
  /** Called when a task of another process has changed. */
  taskChanged(taskId: string): void;
  /** Called when another process is gone: its tasks have failed. */
  processLeft(): void;
  /** Passes on the client's answer to a question that this process has sent. */
  answered(session: Session, message: Message): void;
}

/** Separates the id of the process from the number of the question. */
const MARK = ':';
const PROCESS = /^[\da-f-]{36}$/;

/** Exchanges messages on calls and changes with the other processes: answers, cancellations, notifications. */
export class OtherProcesses {
  private readonly link: ProcessLink;

  constructor(
    private readonly settings: ProcessSettings,
    doors: EngineDoors,
  ) {
    this.link = settings.link;
    this.link.on('news.list', ({ notification }) => {
      if (typeof notification === 'string') doors.listChanged(notification);
    });
    this.link.on('news.resource', ({ uri }) => {
      if (typeof uri === 'string') doors.resourceUpdated(uri);
    });
    this.link.on('news.task', ({ taskId }) => {
      if (typeof taskId === 'string') doors.taskChanged(taskId);
    });
    this.link.on('call.cancelled', ({ session, id }) => {
      cancel(this.find(session)?.calls.get(id as MessageId));
    });
    this.link.whenLeft(() => doors.processLeft());
    this.link.on('question.answered', (body) => this.take(body, doors));
  }

  /** Sends the notification of a changed list to the other processes. */
  listChanged(notification: string): void {
    this.link.announce('news.list', { notification });
  }

  /** Sends the change of a resource to the other processes. */
  resourceUpdated(uri: string): void {
    this.link.announce('news.resource', { uri });
  }

  /** Passes on the cancellation of a request that is not in flight here. */
  cancelled(session: Session, id: MessageId): void {
    if (session.local) return;
    this.link.announce('call.cancelled', { session: session.id, id });
  }

  /** Sends the answer to a question to the process that asked it. Returns `false` if that is this process, or none. */
  forward(session: Session, message: Message): boolean {
    const process = askerOf(message);
    if (process === undefined || process === this.link.process) return false;
    void this.link.deliver('question.answered', { session: session.id, message }, process);
    return true;
  }

  private take({ session: id, message }: NewsBody, doors: EngineDoors): void {
    const session = this.find(id);
    if (session && isMessage(message) && isResponse(message)) doors.answered(session, message);
  }

  private find(id: unknown): Session | undefined {
    return typeof id === 'string' ? this.settings.sessionOf(id) : undefined;
  }
}

/** Aborts a call that its client has cancelled; `initialize` cannot be cancelled. */
export function cancel(call: CallInFlight | undefined): void {
  if (call?.kind !== 'handshake') call?.cancel('Cancelled');
}

/** The id of a question for the client: with the process that waits for the answer. */
export function toQuestionId(id: MessageId, process: string | undefined): MessageId {
  return process === undefined ? id : `${process}${MARK}${id}`;
}

/** The id of a question before `toQuestionId`. */
export function fromQuestionId(id: MessageId, process: string | undefined): MessageId {
  const start = process === undefined ? undefined : `${process}${MARK}`;
  return start !== undefined && typeof id === 'string' && id.startsWith(start)
    ? Number(id.slice(start.length))
    : id;
}

function askerOf(message: Message): string | undefined {
  const { id } = message as { id?: unknown };
  if (!isResponse(message) || typeof id !== 'string') return undefined;
  const at = id.lastIndexOf(MARK);
  const process = id.slice(0, Math.max(at, 0));
  return PROCESS.test(process) ? process : undefined;
}

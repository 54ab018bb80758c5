import type { McpEra } from '../../protocol/era.js';
import { isRequest, type Message, type MessageId } from '../../protocol/json-rpc.js';
import type { OpenResponses } from '../http/open-responses.js';
import type { AwaitedCall, EventLog } from './event-log.js';
import { EventStream } from './event-stream.js';

/** The error of a request to a client that has no stream open. */
export const UNREACHABLE = 'The client has no stream open to be asked on.';

/** `'auto'`: one JSON body, or SSE if a message has to be sent before the result. */
export type ResponseMode = 'auto' | 'json' | 'sse';

/** A POST with requests that have no answer yet, as its session sees it. */
export interface OpenPost extends AwaitedCall {
  /** The stream that carries the answers, if there is one. */
  readonly stream: EventStream | undefined;
  /** Releases the POST's hold on its session. */
  readonly letGo: (() => void) | undefined;
  /** Called when the session has ended: a client that still waits gets an error. */
  abandon(status: number, code: number, message: string): void;
}

/** The session of a POST, or what takes its place. */
export interface PostHost {
  readonly era: McpEra;
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
  /** Bytes that may be unsent on a stream. */
  readonly queue: number;
  /** Whether the client gets an event id at the start of each stream. */
  readonly primes: boolean;
  /** Stores events; `undefined` if streams cannot be resumed. */
  readonly log: EventLog | undefined;
  /** `ids`: the requests whose answers it carries. */
  createStream(ids: readonly MessageId[]): EventStream;
  /** Called before the messages of the POST go to the engine. */
  began(post: OpenPost): void;
  /** Called when all calls of the POST and its stream have ended. */
  finished(post: OpenPost): void;
  /** Sends a message on the stream that belongs to no call. */
  pushUnrelated(message: Message): Promise<void>;
}

/** Takes the place of the session for POSTs without one: no events are stored, and no stream can be resumed. */
export class StandalonePosts implements PostHost {
  readonly primes = false;
  readonly log = undefined;

  constructor(
    readonly era: McpEra,
    readonly mode: ResponseMode,
    readonly open: OpenResponses,
    readonly queue: number,
  ) {}

  createStream(): EventStream {
    return new EventStream('', this.open.unsent);
  }

  began(): void {
    // Without a session there is nothing to record.
  }

  finished(): void {
    // Without a session there is nothing to release.
  }

  pushUnrelated(message: Message): Promise<void> {
    return isRequest(message) ? Promise.reject(new Error(UNREACHABLE)) : Promise.resolve();
  }
}

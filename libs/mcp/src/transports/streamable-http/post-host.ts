import type { McpEra } from '../../protocol/era.js';
import { isRequest, type Message, type MessageId } from '../../protocol/json-rpc.js';
import type { OpenResponses } from '../http/open-responses.js';
import type { AwaitedCall, EventLog } from './event-log.js';
import { EventStream } from './event-stream.js';

/** Why a question fails whose client listens nowhere. */
export const UNREACHABLE = 'The client has no stream open to be asked on.';

/** `'auto'`: one JSON body, or SSE when something has to go before the result. */
export type ResponseMode = 'auto' | 'json' | 'sse';

/** A POST whose requests have no answer yet, as its session sees it. */
export interface OpenPost extends AwaitedCall {
  /** The stream that carries the answers, where there is one. */
  readonly stream: EventStream | undefined;
  /** Gives up what the POST holds of its session. */
  readonly letGo: (() => void) | undefined;
  /** The session is over: a client that still waits gets an error. */
  abandon(status: number, code: number, message: string): void;
}

/** What a POST needs of the session that it belongs to, or of what stands for one. */
export interface PostHost {
  readonly era: McpEra;
  readonly mode: ResponseMode;
  readonly open: OpenResponses;
  /** Bytes that may be unsent on a stream. */
  readonly queue: number;
  /** The client is given a position at the start of each stream. */
  readonly primes: boolean;
  /** Keeps what is sent; `undefined`: nothing can come back for it. */
  readonly log: EventLog | undefined;
  /** `ids`: the requests whose answers it carries. */
  createStream(ids: readonly MessageId[]): EventStream;
  /** The messages of the POST are about to be handed to the engine. */
  began(post: OpenPost): void;
  /** All calls of the POST are over, its stream too. */
  finished(post: OpenPost): void;
  /** Sends to the stream that belongs to no call. */
  pushUnrelated(message: Message): Promise<void>;
}

/** Stands for the session of a POST that has none: nothing is kept, and nothing can come back. */
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
    // Nothing is kept.
  }

  finished(): void {
    // Nothing was kept.
  }

  pushUnrelated(message: Message): Promise<void> {
    return isRequest(message) ? Promise.reject(new Error(UNREACHABLE)) : Promise.resolve();
  }
}

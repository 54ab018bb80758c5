import type { MessageId } from '../../protocol/json-rpc.js';
import type { McpAuth } from '../../sessions/mcp-auth.js';
import type { EventStream } from './event-stream.js';
import type { OpenPost, PostHost } from './post-host.js';

/** A session that records the caller of each stream. */
export interface SharedPosts extends Omit<PostHost, 'createStream'> {
  createStreamOf(auth: McpAuth | undefined, ids: readonly MessageId[]): EventStream;
}

/** The POSTs of one caller on a session. The streams that they open belong to that caller. */
export class CallerPosts implements PostHost {
  constructor(
    private readonly session: SharedPosts,
    private readonly auth: McpAuth | undefined,
  ) {}

  get era() {
    return this.session.era;
  }

  get mode() {
    return this.session.mode;
  }

  get open() {
    return this.session.open;
  }

  get queue() {
    return this.session.queue;
  }

  get primes() {
    return this.session.primes;
  }

  get log() {
    return this.session.log;
  }

  createStream(ids: readonly MessageId[]): EventStream {
    return this.session.createStreamOf(this.auth, ids);
  }

  began(post: OpenPost): void {
    this.session.began(post);
  }

  finished(post: OpenPost): void {
    this.session.finished(post);
  }

  pushUnrelated(message: Parameters<PostHost['pushUnrelated']>[0]): Promise<void> {
    return this.session.pushUnrelated(message);
  }
}

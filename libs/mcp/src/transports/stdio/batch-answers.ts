import type { MessageId } from '../../protocol/json-rpc.js';

/** A batch that was received on one line. Created by `BatchAnswers`. */
export interface OpenBatch {
  /** The answers so far, as JSON. */
  readonly answers: string[];
  /** Requests without an answer, plus one while the line itself is being read. */
  waiting: number;
}

/** Collects the answers to batches. Those of one batch are sent together, on one line (JSON-RPC 2.0, section 6). */
export class BatchAnswers {
  private readonly batches = new Map<MessageId, OpenBatch>();

  /** `write` receives the JSON array of a batch when its last answer is there. */
  constructor(private readonly write: (json: string) => void) {}

  open(): OpenBatch {
    return { answers: [], waiting: 1 };
  }

  /** Registers a request of a batch. */
  expect(batch: OpenBatch, id: MessageId): void {
    batch.waiting += 1;
    this.batches.set(id, batch);
  }

  /** Takes the answer to a request of a batch. Returns `false` if the request was not part of a batch. */
  take(id: MessageId | undefined, json: () => string): boolean {
    const batch = id === undefined ? undefined : this.batches.get(id);
    if (id === undefined || !batch) return false;
    batch.answers.push(json());
    this.drop(id);
    return true;
  }

  /** Removes a request that gets no (further) answer. */
  drop(id: MessageId): void {
    const batch = this.batches.get(id);
    this.batches.delete(id);
    if (batch) this.release(batch);
  }

  /** Must be called after the whole line has been read. */
  release(batch: OpenBatch): void {
    batch.waiting -= 1;
    if (batch.waiting === 0 && batch.answers.length > 0) this.write(`[${batch.answers.join(',')}]`);
  }
}

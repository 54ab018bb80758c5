import type { MessageId } from '../../protocol/json-rpc.js';

/** A batch that came in on one line. Made by `BatchAnswers`. */
export interface OpenBatch {
  /** The answers so far, as JSON. */
  readonly answers: string[];
  /** Requests without an answer, and the line itself while it is being read. */
  waiting: number;
}

/** Collects the answers to batches: those of one batch go out together, on one line (JSON-RPC 2.0, section 6). */
export class BatchAnswers {
  private readonly batches = new Map<MessageId, OpenBatch>();

  /** `write` gets the JSON array of a batch whose last answer is there. */
  constructor(private readonly write: (json: string) => void) {}

  open(): OpenBatch {
    return { answers: [], waiting: 1 };
  }

  /** The batch holds a request with this id. */
  expect(batch: OpenBatch, id: MessageId): void {
    batch.waiting += 1;
    this.batches.set(id, batch);
  }

  /** Takes the answer to a request of a batch; `false`: the request came alone. */
  take(id: MessageId | undefined, json: () => string): boolean {
    const batch = id === undefined ? undefined : this.batches.get(id);
    if (id === undefined || !batch) return false;
    batch.answers.push(json());
    this.drop(id);
    return true;
  }

  /** The request gets no (further) answer. */
  drop(id: MessageId): void {
    const batch = this.batches.get(id);
    this.batches.delete(id);
    if (batch) this.release(batch);
  }

  /** To be called once the whole line has been read. */
  release(batch: OpenBatch): void {
    batch.waiting -= 1;
    if (batch.waiting === 0 && batch.answers.length > 0) this.write(`[${batch.answers.join(',')}]`);
  }
}

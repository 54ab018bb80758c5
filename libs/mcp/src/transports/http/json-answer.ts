import type { ServerResponse } from 'node:http';
import { OutgoingBytes } from '../outgoing-bytes.js';
import type { SlowReader, UnsentBudget } from '../unsent-budget.js';
import { cutOff } from './cut-off.js';

/** Length in characters up to which an answer is written at once: Node sends it in one piece with its headers. */
const SMALL = 16 * 1024;

/**
 * Writes a complete JSON answer, unless a response has begun already or the client is gone. Unread bytes count in the
 * budget.
 */
export function answerJson(
  res: ServerResponse,
  status: number,
  json: string,
  unsent: UnsentBudget,
  headers?: Readonly<Record<string, string>>,
): void {
  if (res.headersSent || res.destroyed) return;
  const isSmall = json.length <= SMALL;
  const body = isSmall ? json : Buffer.from(json);
  const length = Buffer.byteLength(body);
  const own = { 'Content-Type': 'application/json', 'Content-Length': length };
  res.writeHead(status, headers === undefined ? own : { ...headers, ...own });
  if (typeof body === 'string') {
    res.end(body);
    if (res.writableLength > 0) unsent.wrote(new UnreadAnswer(res, length, unsent), true);
    return;
  }
  const out = new OutgoingBytes(res, { unsent, queue: Infinity, cut: () => cutOff(res) });
  res.once('close', () => out.close());
  out.write(body);
  out.end();
}

/** An answer that the client did not read at once. */
class UnreadAnswer implements SlowReader {
  readonly sent = 0;

  constructor(
    private readonly res: ServerResponse,
    readonly held: number,
    unsent: UnsentBudget,
  ) {
    res.once('close', () => unsent.delete(this));
  }

  cut(): void {
    cutOff(this.res);
  }
}

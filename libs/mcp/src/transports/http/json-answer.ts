import type { ServerResponse } from 'node:http';
import { OutgoingBytes } from '../outgoing-bytes.js';
import type { SlowReader, UnsentBudget } from '../unsent-budget.js';
import { cutOff } from './cut-off.js';

/** Length in characters up to which an answer is written at once: Node sends it in one piece with its headers. */
const SMALL = 16 * 1024;

/**
 * Writes a complete JSON answer, a text or its bytes in pieces, unless a response has begun already or the client is
 * gone. Unread bytes count in the budget.
 */
export function answerJson(
  res: ServerResponse,
  status: number,
  json: string | readonly Buffer[],
  unsent: UnsentBudget,
  headers?: Readonly<Record<string, string>>,
): void {
  if (res.headersSent || res.destroyed) return;
  if (typeof json === 'string' && json.length <= SMALL) {
    const length = Buffer.byteLength(json);
    writeHead(res, status, length, headers);
    res.end(json);
    if (res.writableLength > 0) unsent.wrote(new UnreadAnswer(res, length, unsent), true);
    return;
  }
  const pieces = typeof json === 'string' ? [Buffer.from(json)] : json;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  writeHead(res, status, length, headers);
  const out = new OutgoingBytes(res, { unsent, queue: Infinity, cut: () => cutOff(res) });
  res.once('close', () => out.close());
  for (const piece of pieces) out.write(piece);
  out.end();
}

function writeHead(
  res: ServerResponse,
  status: number,
  length: number,
  headers: Readonly<Record<string, string>> | undefined,
): void {
  const own = { 'Content-Type': 'application/json', 'Content-Length': length };
  res.writeHead(status, headers === undefined ? own : { ...headers, ...own });
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

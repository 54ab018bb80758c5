import type { Message, MessageId } from './json-rpc.js';

/** Length in characters above which a text is serialised in pieces. Below it many buffers cost more than one copy. */
export const LONG = 4 * 1024 * 1024;

/** Length of a piece in characters. */
export const PIECE = 64 * 1024;

/** The fields of results that hold blocks (tools, resources), and those of a block that hold its text or bytes. */
const lists = ['content', 'contents'] as const;
const fields = ['text', 'data', 'blob'] as const;

type Block = Record<string, unknown>;

/**
 * The JSON of an answer as bytes, in pieces, if it has a block with a long text; `undefined` for every other message.
 * The pieces are small enough to stay in the caches of the processor, and no copy of the whole text is made.
 */
export function toPieces(message: Message): Buffer[] | undefined {
  const { id, result } = message as { id: MessageId; result?: Record<string, unknown> };
  if (result === undefined || hasOwnJson(result)) return undefined;
  for (const key of lists) {
    const blocks = result[key];
    if (!Array.isArray(blocks) || !blocks.some(isLong)) continue;
    const pieces = new Pieces();
    pieces.add(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"${key}":[`);
    for (const [i, block] of blocks.entries()) {
      if (i > 0) pieces.add(',');
      writeBlock(block, pieces);
    }
    const rest = JSON.stringify({ ...result, [key]: undefined });
    pieces.add(rest === '{}' ? ']}}' : `],${rest.slice(1)}}`);
    return pieces.take();
  }
  return undefined;
}

/** Texts, joined until they are as long as a piece. */
class Pieces {
  private readonly whole: Buffer[] = [];
  private open = '';

  add(text: string): void {
    this.open += text;
    if (this.open.length >= PIECE) this.close();
  }

  take(): Buffer[] {
    this.close();
    return this.whole;
  }

  private close(): void {
    if (this.open !== '') this.whole.push(Buffer.from(this.open));
    this.open = '';
  }
}

function writeBlock(block: unknown, pieces: Pieces): void {
  const field = longField(block);
  if (field === undefined) {
    // As in an array: what JSON cannot express is `null`.
    pieces.add(JSON.stringify(block) ?? 'null');
    return;
  }
  const { [field]: text, ...rest } = block as Block;
  const others = JSON.stringify(rest);
  pieces.add(others === '{}' ? `{"${field}":"` : `${others.slice(0, -1)},"${field}":"`);
  writeText(text as string, pieces);
  pieces.add('"}');
}

function writeText(text: string, pieces: Pieces): void {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE, text.length);
    // The halves of a surrogate pair must not be separated: each alone would be escaped.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
    pieces.add(JSON.stringify(text.slice(start, end)).slice(1, -1));
    start = end;
  }
}

function isLong(block: unknown): boolean {
  return longField(block) !== undefined;
}

function longField(block: unknown): (typeof fields)[number] | undefined {
  if (typeof block !== 'object' || block === null || hasOwnJson(block)) return undefined;
  return fields.find((field) => {
    const text = (block as Block)[field];
    return typeof text === 'string' && text.length > LONG && Object.hasOwn(block, field);
  });
}

/** Whether the value decides itself what its JSON is. */
function hasOwnJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

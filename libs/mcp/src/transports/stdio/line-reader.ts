/** Receives the lines. */
export interface LineListener {
  /** A line that is not blank, without its line break. */
  line(text: string): void;
  tooLong(): void;
}

const NEWLINE = 0x0a;

/** Splits chunks into lines of limited length. A line is decoded as a whole, so that no character is split. */
export class LineReader {
  private chunks: Buffer[] = [];
  private size = 0;
  private skipping = false;

  /** `limit`: the most bytes of a line. */
  constructor(
    private readonly limit: number,
    private readonly listener: LineListener,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.append(chunk.subarray(start, end));
      this.finish();
      start = end + 1;
    }
    if (start < chunk.length) this.append(chunk.subarray(start));
  }

  private append(part: Buffer): void {
    if (this.skipping) return;
    this.size += part.length;
    if (this.size > this.limit) {
      this.skipping = true;
      this.chunks = [];
      this.listener.tooLong();
    } else {
      this.chunks.push(part);
    }
  }

  private finish(): void {
    const text = this.skipping ? '' : Buffer.concat(this.chunks).toString('utf8').trim();
    this.chunks = [];
    this.size = 0;
    this.skipping = false;
    if (text !== '') this.listener.line(text);
  }
}

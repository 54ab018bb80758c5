import { styleText } from 'node:util';

/** Where the program writes: results to stdout, everything else to stderr. */
export class TerminalOutput {
  #hasProgress = false;

  constructor(
    private readonly stdout: NodeJS.WriteStream = process.stdout,
    private readonly stderr: NodeJS.WriteStream = process.stderr,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  /** A result, as text. */
  print(text: string): void {
    this.#clearProgress();
    this.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** A result, for programs. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value, undefined, 2));
  }

  /** Something for the person at the terminal that is no result. */
  note(text: string): void {
    this.#clearProgress();
    this.stderr.write(`${text}\n`);
  }

  /** An error, for the person at the terminal. */
  error(text: string): void {
    this.note(this.#style(this.stderr, 'red', text));
  }

  /** Marks a word of a result where stdout is a terminal. */
  bold(text: string): string {
    return this.#style(this.stdout, 'bold', text);
  }

  /** Makes secondary text of a result paler where stdout is a terminal. */
  dim(text: string): string {
    return this.#style(this.stdout, 'dim', text);
  }

  /** The progress of a call: a bar that is redrawn on a terminal, and nothing elsewhere. */
  progress(done: number, total: number | undefined, message: string | undefined): void {
    if (!this.stderr.isTTY) return;
    const width = 24;
    const part = total ? Math.min(1, done / total) : undefined;
    const bar =
      part === undefined
        ? `${done}`
        : `${'█'.repeat(Math.round(part * width)).padEnd(width, '░')} ${Math.round(part * 100)} %`;
    const line = `${bar}${message === undefined ? '' : `  ${message}`}`;
    const columns = this.stderr.columns || 80;
    this.stderr.write(`\r\u001B[2K${line.slice(0, columns - 1)}`);
    this.#hasProgress = true;
  }

  #clearProgress(): void {
    if (!this.#hasProgress) return;
    this.#hasProgress = false;
    this.stderr.write('\r\u001B[2K');
  }

  #style(stream: NodeJS.WriteStream, style: 'bold' | 'dim' | 'red', text: string): string {
    const isColoured = stream.isTTY && this.environment.NO_COLOR === undefined;
    return isColoured ? styleText(style, text) : text;
  }
}

import { styleText } from 'node:util';

/** The output of the program: results to stdout, everything else to stderr. */
export class TerminalOutput {
  #hasProgress = false;

  constructor(
    private readonly stdout: NodeJS.WriteStream = process.stdout,
    private readonly stderr: NodeJS.WriteStream = process.stderr,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Writes a result as text. */
  print(text: string): void {
    this.#clearProgress();
    this.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Writes a result as JSON. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value, undefined, 2));
  }

  /** Writes a message for the user that is not a result. */
  note(text: string): void {
    this.#clearProgress();
    this.stderr.write(`${text}\n`);
  }

  /** Writes an error for the user. */
  error(text: string): void {
    this.note(this.#style(this.stderr, 'red', text));
  }

  /** Emphasises a word of a result if stdout is a terminal. */
  bold(text: string): string {
    return this.#style(this.stdout, 'bold', text);
  }

  /** Dims secondary text of a result if stdout is a terminal. */
  dim(text: string): string {
    return this.#style(this.stdout, 'dim', text);
  }

  /** Shows the progress of a call: a bar that is redrawn on a terminal, and nothing elsewhere. */
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

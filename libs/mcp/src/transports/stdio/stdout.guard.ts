import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Writable } from 'node:stream';

/** The state is on the stream itself, so that every copy of this package shares it. */
const key = Symbol.for('nestjs-mcp:stdout');

interface Diversion {
  /** The stream's original method. */
  readonly write: (typeof process.stdout)['write'];
  readonly undo: () => void;
  takers: number;
}

type Stdout = typeof process.stdout & { [key]?: Diversion | undefined };
type WriteFunction = (fd: number, ...rest: unknown[]) => unknown;

/** The functions with which loggers such as pino bypass `process.stdout`. */
const writers = ['write', 'writeSync', 'writev', 'writevSync'] as const;

/**
 * Redirects all writes to stdout (`console.log`, loggers, also those that write to the file descriptor) to stderr. It
 * is undone when every `takeStdout()` has been released.
 */
export function divertStdout(): void {
  divert();
}

/**
 * Reserves stdout for the protocol: until `release`, only `output` writes to it. A pipe without a reader is an error of
 * `output` only.
 */
export function takeStdout(): { output: Writable; release: () => void } {
  const diversion = divert();
  diversion.takers += 1;
  let taken = true;
  return {
    output: new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => void diversion.write(chunk, done),
    }),
    release: () => {
      if (!taken) return;
      taken = false;
      diversion.takers -= 1;
      if (diversion.takers === 0) diversion.undo();
    },
  };
}

function divert(): Diversion {
  const { stderr } = process;
  const stdout = process.stdout as Stdout;
  const known = stdout[key];
  if (known) return known;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  const undoWriters = divertWriters(stdout.fd, stderr.fd);
  // Without a listener, a client that disconnects while lines are being written would crash the process.
  stdout.on('error', ignore);
  stderr.on('error', ignore);
  const diversion: Diversion = {
    write,
    takers: 0,
    undo: () => {
      stdout.write = write;
      undoWriters();
      stdout[key] = undefined;
    },
  };
  stdout[key] = diversion;
  return diversion;
}

function divertWriters(from: number, to: number): () => void {
  const functions = fs as unknown as Record<string, WriteFunction>;
  const originals = writers.map((name) => [name, functions[name] as WriteFunction] as const);
  for (const [name, original] of originals) {
    const diverted: WriteFunction = (fd, ...rest) => original(fd === from ? to : fd, ...rest);
    // `util.promisify` reads the properties of the original functions.
    Object.defineProperties(diverted, Object.getOwnPropertyDescriptors(original));
    functions[name] = diverted;
  }
  syncBuiltinESMExports();
  return () => {
    for (const [name, original] of originals) functions[name] = original;
    syncBuiltinESMExports();
  };
}

function ignore(): void {
  // The callback of the write reports the error to the writer.
}

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Writable } from 'node:stream';

/** Kept on the stream itself, where every copy of this package finds it. */
const key = Symbol.for('nestjs-mcp:stdout');

interface Diversion {
  /** The stream's own. */
  readonly write: (typeof process.stdout)['write'];
  readonly undo: () => void;
  takers: number;
}

type Stdout = typeof process.stdout & { [key]?: Diversion | undefined };
type WriteFunction = (fd: number, ...rest: unknown[]) => unknown;

/** The functions by which loggers such as pino write past `process.stdout`. */
const writers = ['write', 'writeSync', 'writev', 'writevSync'] as const;

/**
 * From here on what anyone writes to stdout (`console.log`, a logger, also one that writes to the file descriptor) goes to
 * stderr. It is undone once all who have taken stdout have released it.
 */
export function divertStdout(): void {
  divert();
}

/**
 * Takes stdout for the protocol: `output` is the only way to it until `release`. A pipe without a reader is an
 * error of `output`, and of nothing else.
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
  // Without a listener a client that goes away while lines are being written would end the process.
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
    // `util.promisify` reads what they carry.
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

import { Writable } from 'node:stream';

/**
 * Takes stdout for the protocol: what anyone else writes there (`console.log` in a handler) goes to stderr instead.
 * `release` gives it back.
 */
export function takeStdout(): { output: Writable; release: () => void } {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return {
    output: new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => void write(chunk, done),
    }),
    release: () => {
      stdout.write = write;
    },
  };
}

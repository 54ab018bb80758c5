import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { call, initialize, INITIALIZED } from '../../libs/mcp/test/wire.js';

const child = join(fileURLToPath(new URL('.', import.meta.url)), 'logging.child.mjs');

/** Starts the application with a logger of its own, and collects what it writes. */
function start(kind: string) {
  const process = spawn(globalThis.process.execPath, [child, kind], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...globalThis.process.env, NODE_OPTIONS: '' },
  });
  let errors = '';
  process.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const write = (message: object): void => void process.stdin.write(`${JSON.stringify(message)}\n`);
  return { process, write, stderr: () => errors };
}

/** The message on a line; a line that is none as it is. */
function parse(line: string): unknown {
  try {
    const message = JSON.parse(line) as { jsonrpc?: string };
    return message.jsonrpc === '2.0' ? message : line;
  } catch {
    return line;
  }
}

describe('An application over stdio with a logger of its own', () => {
  it.each(['nest', 'json', 'pino', 'buffered'])(
    'keeps every line of it off stdout: %s',
    async (kind) => {
      const { process, write, stderr } = start(kind);
      write(initialize('2025-11-25'));
      write(INITIALIZED);
      write(call(1, 'shout'));
      process.stdin.end();
      let output = '';
      for await (const chunk of process.stdout.setEncoding('utf8')) output += String(chunk);
      const messages = output.trim().split('\n').map(parse);
      expect(messages).toMatchObject([{ id: 'init' }, { id: 1, result: {} }]);
      for (const line of ['the logger', 'the console', 'stdout', 'the file descriptor', 'pino']) {
        expect(stderr()).toContain(`a line of ${line}`);
      }
      expect(stderr()).toContain('Starting Nest application');
    },
  );

  it('ends cleanly when the client stops reading and both pipes break', async () => {
    const { process, write } = start('json');
    write(initialize('2025-11-25'));
    await once(process.stdout, 'data');
    const ended = once(process, 'exit');
    process.stdout.destroy();
    process.stderr.destroy();
    write(call(1, 'shout'));
    write(call(2, 'shout'));
    expect(await ended).toEqual([0, null]);
  });
});

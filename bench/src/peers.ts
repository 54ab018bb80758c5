import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { contender, type Contender } from './contenders.js';

const here = fileURLToPath(new URL('..', import.meta.url));
const built = `${here}build/peers`;

/** Servers in a language that is no JavaScript: `build` throws where the machine lacks what it takes. */
interface Language {
  build(): void;
  contenders(): readonly Contender[];
}

const languages: Readonly<Record<string, Language>> = {
  go: {
    build: () =>
      run('go', ['build', '-o', `${built}/go/`, './mcp-go', './go-sdk'], `${here}peers/go`),
    contenders: () => [
      ...foreign('mcp-go', [`${built}/go/mcp-go`]),
      ...foreign('Go SDK', [`${built}/go/go-sdk`]),
    ],
  },
  python: {
    build: () => {
      run('python3', ['-m', 'venv', `${built}/python`]);
      const requirements = `${here}peers/python/requirements.txt`;
      run(`${built}/python/bin/pip`, ['install', '--quiet', '-r', requirements]);
    },
    contenders: () =>
      foreign('Python FastMCP', [
        `${built}/python/bin/python`,
        `${here}peers/python/server.py`,
      ]).map((one) => ({ ...one, slow: true })),
  },
};

/** The peers in the given languages (`go,python`), built; one that cannot be built is left out, aloud. */
export function buildPeers(asked: string | undefined): readonly Contender[] {
  return (asked?.split(',') ?? []).flatMap((name) => {
    const language = languages[name.trim()];
    if (!language) {
      throw new Error(`--peers ${name}: known are ${Object.keys(languages).join(' and ')}`);
    }
    try {
      language.build();
      return language.contenders();
    } catch (error) {
      console.warn(`LEFT OUT: the peers in ${name}: ${(error as Error).message}`);
      return [];
    }
  });
}

function foreign(name: string, command: readonly string[]): Contender[] {
  return (['session', 'stateless', 'sse'] as const).map((way) =>
    contender(`${name}, ${way === 'sse' ? 'SSE' : way}`, 'foreign', way, { command }),
  );
}

function run(command: string, args: readonly string[], cwd = here): void {
  if (process.platform !== 'linux') throw new Error('their CPU time is read from /proc of Linux');
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

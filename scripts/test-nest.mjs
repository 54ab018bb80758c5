// Runs the contract with Nest's internals and the stories of the pipeline, of the transports and of bad input on another
// version of Nest, in a copy of the sources: `npm run test:nest -- 11.0` (the oldest minor), `11` (the newest), `12.0` or `12`.
// The last line counts the tests.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './server-process.mjs';

const versions = { '11.0': '~11.0.0', 11: '^11.0.0', '12.0': '~12.0.0', 12: '^12.0.0' };
const [asked] = process.argv.slice(2);
const range = versions[asked];
if (range === undefined) {
  console.error(`Say which Nest: npm run test:nest -- <${Object.keys(versions).join('|')}>`);
  process.exit(2);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), `nestjs-mcp-nest-${asked}-`));
const packages = [
  'common',
  'core',
  'platform-express',
  'platform-fastify',
  'microservices',
  'websockets',
  'platform-ws',
  'platform-socket.io',
  'testing',
];
const everywhere = ['libs/mcp/src', 'test/hostile/bad-input', 'test/hostile/endings'];
// The others compare with Nest itself where its first minors differ from the newest: request-scoped and transient enhancers that
// they do not run, options of Fastify that they do not pass on, keys that their pipe does not strip.
const stories = asked.includes('.')
  ? [
      ...everywhere,
      'test/pipeline/cls',
      'test/pipeline/companions',
      'test/pipeline/detached-response',
      'test/pipeline/exception-bodies',
      'test/pipeline/exclude-enhancers',
      'test/pipeline/http-context',
      'test/pipeline/hybrid',
      'test/pipeline/throttler',
    ]
  : [...everywhere, 'test/pipeline', 'test/dto-shortcut', 'test/declaring/odd-applications'];

const npm = (...args) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: copy,
    env: cleanEnvironment(),
    stdio: 'inherit',
  });

try {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  for (const file of tracked.split('\0').filter(Boolean)) {
    cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  npm('ci');
  npm(
    'install',
    '--no-save',
    '--legacy-peer-deps',
    ...packages.map((name) => `@nestjs/${name}@${range}`),
  );
  const report = join(copy, 'report.json');
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--globalSetup=',
    '--json',
    `--outputFile=${report}`,
  ];
  spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...jest, ...stories],
    { cwd: copy, env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const { version } = JSON.parse(
    readFileSync(join(copy, 'node_modules/@nestjs/core/package.json'), 'utf8'),
  );
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + result.numPendingTests;
  console.log(`on Nest ${version}`);
  console.log(`${result.numPassedTests} passed, ${failed} failed`);
  if (failed > 0 || !version.startsWith(`${asked}.`)) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

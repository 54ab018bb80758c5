// Runs every server scenario of the official conformance suite against test/conformance, revision by revision.
// `npm run conformance -- 2026-07-28 tools-call` runs one revision, and of it the scenarios whose names match;
// `npm run conformance -- extension sep-2640` those of an extension, which belong to no revision. Without arguments it runs every
// revision and the extensions.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, listening } from './free-port.mjs';
import { cleanEnvironment, startServer } from './server-process.mjs';
import { installAside, nodeAside } from './tools-aside.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const suiteVersion = '0.2.0-alpha.12';
const versions = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];
const extension = 'extension';
/** The revision on whose wire extensions are judged. */
const extensionWire = '2026-07-28';
const scenarioTimeout = 60_000;
/** The suite adds it to every scenario: alone it shows nothing. */
const wireCheck = /^wire-schema-/;

const [onlyVersion, onlyName = ''] = process.argv.slice(2);
const node = await nodeAside();
const suite = join(
  await installAside('@modelcontextprotocol/conformance', suiteVersion),
  'dist/index.js',
);
const port = await freePort();
const origin = `http://127.0.0.1:${port}`;
const server = startServer('npm', ['run', 'start:conformance'], {
  cwd: root,
  env: { PORT: String(port) },
});
const output = mkdtempSync(join(tmpdir(), 'conformance-'));
const results = [];
try {
  await server.until(/application successfully started/);
  await listening(port);
  const health = await fetch(`${origin}/health`);
  if (!health.ok) throw new Error(`GET ${origin}/health does not answer.`);
  for (const version of onlyVersion ? [onlyVersion] : [...versions, extension]) {
    for (const scenario of await scenariosOf(version)) {
      const result = await judge(version, scenario);
      results.push({ version, ...result });
      console.log(`${result.verdict.padEnd(7)} ${version}  ${scenario}${result.notes}`);
    }
  }
} finally {
  await server.stop();
  rmSync(output, { recursive: true, force: true });
}
summarize();

async function scenariosOf(version) {
  const filter = version === extension ? [] : ['--spec-version', version];
  const { stdout } = await run(node, [suite, 'list', '--server', ...filter], {
    env: cleanEnvironment(),
  });
  const names = [...stdout.matchAll(/^ {2}- (\S+) \[(.*)\]/gm)]
    .filter(([, , tag]) => version !== extension || tag === extension)
    .map(([, name]) => name);
  if (names.length === 0) throw new Error(`The suite lists no scenarios for ${version}.`);
  return names.filter((name) => name.includes(onlyName));
}

/**
 * Passed: a check of the scenario's own succeeded, and none failed. Warnings do not fail, but are told. Skipped: of an extension,
 * where the suite itself has nothing to check yet.
 */
async function judge(version, scenario) {
  const directory = join(output, version, scenario);
  const args = ['server', '--url', `${origin}/mcp`, '--scenario', scenario];
  const options = { env: cleanEnvironment(), timeout: scenarioTimeout };
  // Extensions are on no revision's list: they run because they are asked for.
  const wire = version === extension ? [extensionWire, '--force'] : [version];
  const log = await run(
    node,
    [suite, ...args, '--spec-version', ...wire, '-o', directory],
    options,
  ).catch((error) => error);
  const checks = readChecks(directory);
  if (!checks) return { verdict: 'FAILED', notes: `\n        ${log.stdout}\n${log.stderr}` };
  const of = (status) => checks.filter((check) => check.status === status);
  const shown = of('SUCCESS').some(({ id }) => !wireCheck.test(id));
  const isSkipped = version === extension && of('SKIPPED').length > 0 && !shown;
  const verdict =
    of('FAILURE').length > 0 ? 'FAILED' : shown ? 'passed' : isSkipped ? 'skipped' : 'FAILED';
  const notes = [
    ...of('FAILURE'),
    ...of('WARNING'),
    ...(shown ? [] : [...of('SKIPPED'), ...of('INFO')]),
  ]
    .map(({ status, id, errorMessage, description }) => {
      return `\n        ${status} ${id}: ${errorMessage ?? description ?? ''}`;
    })
    .join('');
  return { verdict, notes };
}

function readChecks(directory) {
  if (!existsSync(directory)) return undefined;
  const file = readdirSync(directory, { recursive: true }).find((name) =>
    name.endsWith('checks.json'),
  );
  return file && JSON.parse(readFileSync(join(directory, file), 'utf8'));
}

function summarize() {
  const passed = results.filter(({ verdict }) => verdict === 'passed');
  for (const version of new Set(results.map((result) => result.version))) {
    const of = (list) => list.filter((result) => result.version === version).length;
    console.log(`${version}: ${of(passed)} of ${of(results)}`);
  }
  const skipped = results.filter(({ verdict }) => verdict === 'skipped').length;
  const failed = results.length - passed.length - skipped;
  if (skipped > 0) console.log(`${skipped} skipped by the suite itself`);
  console.log(`${passed.length} passed, ${failed} failed`);
  if (failed > 0 || results.length === 0) process.exitCode = 1;
}

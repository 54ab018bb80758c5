import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { callers, chosen, start } from './contenders.js';
import { compare, echo, type Cost, type Effort } from './load.js';
import type { Measured } from './measured.js';
import { measureBoot, noBoots } from './measures/boot.js';
import { measureFiltered, noFilters } from './measures/filtered.js';
import { measureIdle } from './measures/idle.js';
import { measureLarge, noLarge } from './measures/large.js';
import { measureLists } from './measures/lists.js';
import { measureResources } from './measures/resources.js';
import { measureScale, noScale } from './measures/scale.js';
import { measureCalls, measureGuests } from './measures/soak.js';
import { measureStream, noStreams } from './measures/stream.js';
import { measureValidation, noValidation } from './measures/validation.js';
import { buildPeers } from './peers.js';
import { profile } from './profile.js';
import { compareRuns } from './report/comparison.js';
import type { Figure } from './report/figure.js';
import { toSvg } from './report/chart.js';
import { toFigures } from './report/figures.js';
import { toMarkdown } from './report/markdown.js';

interface Scale {
  effort: Effort;
  idle: number;
  streams: number;
  boots: number;
  calls: number;
  guests: number;
}

const scales: Record<'quick' | 'usual' | 'soak', Scale> = {
  quick: {
    effort: { clients: 16, warmup: 4_000, rounds: 5, requests: 400 },
    idle: 300,
    streams: 1_000,
    boots: 2,
    calls: 10_000,
    guests: 1_000,
  },
  usual: {
    effort: { clients: 16, warmup: 40_000, rounds: 21, requests: 1_200 },
    idle: 2_000,
    streams: 10_000,
    boots: 15,
    calls: 100_000,
    guests: 10_000,
  },
  soak: {
    effort: { clients: 16, warmup: 40_000, rounds: 15, requests: 5_000 },
    idle: 5_000,
    streams: 10_000,
    boots: 25,
    calls: 1_000_000,
    guests: 100_000,
  },
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    soak: { type: 'boolean' },
    only: { type: 'string' },
    servers: { type: 'string' },
    compare: { type: 'boolean' },
    profile: { type: 'string' },
    peers: { type: 'string' },
  },
});
if (values.profile !== undefined) {
  console.log(await profile(values.profile, values.quick ? 5_000 : 40_000));
  process.exit(0);
}
const peers = buildPeers(values.peers);
const kind = values.quick ? 'quick' : values.soak ? 'soak' : 'usual';
const scale = scales[kind];
const began = performance.now();
const run = `${new Date().toISOString().slice(0, 10)}, ${kind} run, ${machine()}`;
console.log(run);

/** One part of the run; `--only` leaves the others out. A part that fails does not take the others with it. */
async function part<T>(name: string, otherwise: T, measure: () => Promise<T>): Promise<T> {
  if (values.only !== undefined && !values.only.split(',').includes(name)) return otherwise;
  const started = performance.now();
  const result = await measure().catch((error: unknown) => {
    console.error(`LEFT OUT: ${name}:`, error);
    failed.push(name);
    return otherwise;
  });
  console.log(`${name}: ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  return result;
}

const failed: string[] = [];
const none = new Map<string, Cost>();
const noHeap = { sessions: new Map(), streams: new Map() };

const measured: Measured = {
  calls: await part('calls', none, async () => {
    const contenders = await start(chosen([...callers, ...peers], values.servers));
    const costs = await compare(contenders, echo, scale.effort);
    for (const { server } of contenders) await server.stop();
    return costs;
  }),
  lists: await part('lists', { fifty: none, growth: [] }, () => measureLists(scale.effort)),
  resources: await part('resources', none, () => measureResources(scale.effort)),
  idle: await part(
    'idle',
    { ...noHeap, many: { open: 0, answered: 0, heapEach: Number.NaN } },
    () => measureIdle(scale.idle, scale.streams),
  ),
  scale: await part('scale', noScale, () => measureScale(scale.effort, scale.idle)),
  filtered: await part('filtered', noFilters, () =>
    measureFiltered(scale.effort.rounds, Math.min(scale.effort.requests, 1_000)),
  ),
  large: await part('large', noLarge, () => measureLarge(scale.effort)),
  stream: await part('stream', noStreams, () => measureStream(scale.effort)),
  boot: await part('boot', noBoots, () => measureBoot(scale.boots)),
  soak: await part('soak', [], () => measureCalls(scale.calls)),
  guests: await part('guests', [], () => measureGuests(scale.guests)),
  validation: await part('validation', noValidation, () => measureValidation()),
};

const figures = toFigures(measured);
const markdown = toMarkdown(run, figures, measured);
const folder = new URL('../results/', import.meta.url);
// The last committed run.
const { figures: before } = JSON.parse(readFileSync(new URL('usual.json', folder), 'utf8')) as {
  figures: Figure[];
};
mkdirSync(folder, { recursive: true });
writeFileSync(new URL(`${kind}.md`, folder), markdown);
writeFileSync(
  new URL(`${kind}.svg`, folder),
  toSvg('CPU time of one tools/call, µs', measured.calls),
);
writeFileSync(new URL(`${kind}.json`, folder), toJson({ run, figures, measured }));
console.log(`\n${markdown}`);
console.log(
  `bench/results/${kind}.{md,json,svg}, ${((performance.now() - began) / 1_000).toFixed(0)} s`,
);
if (values.compare) {
  const { text, regressions } = compareRuns(figures, before);
  console.log(`\nBeside the last committed run:\n${text}`);
  if (regressions.length > 0) {
    console.error(`Dearer by more than 15 %:\n${regressions.join('\n')}`);
    process.exit(1);
  }
}
process.exit(failed.length === 0 ? 0 : 1);

function machine(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const cpu = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpu[0]?.model.trim()} × ${cpu.length}, ${memory} GiB, ${process.platform}, Node ${process.version}, commit ${commit}`;
}

function toJson(value: object): string {
  const readable = (_key: string, one: unknown): unknown =>
    one instanceof Map
      ? Object.fromEntries(one)
      : typeof one === 'number'
        ? Number(one.toFixed(3))
        : one;
  return `${JSON.stringify(value, readable, 2)}\n`;
}

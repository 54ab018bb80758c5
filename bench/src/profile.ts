import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { called, start } from './contenders.js';
import { drive, echo } from './load.js';
import { connect } from './wire/client.js';

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[];
  /** µs on the system's monotonic clock, which `now` reads too. */
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** The part of a profile that counts, and what was done in it. */
interface Stretch {
  from: number;
  to: number;
  calls: number;
}

/** Whose code a frame is, by its URL. The first that matches. */
const layers: readonly (readonly [string, RegExp])[] = [
  ['ours', /build\/lib\//],
  ['Nest', /node_modules\/(@nestjs|rxjs|reflect-metadata|iterare)\//],
  ['class-validator', /node_modules\/(class-validator|class-transformer|validator)\//],
  ['SDK', /node_modules\/@modelcontextprotocol\//],
  ['Zod', /node_modules\/zod\//],
  ['Express', /node_modules\/(express|router|body-parser|raw-body|finalhandler|qs)\//],
  ['Fastify', /node_modules\/(fastify|find-my-way|light-my-request|avvio|@fastify)\//],
  ['other packages', /node_modules\//],
  ['Node: http and streams', /^node:/],
];

const now = (): number => Number(process.hrtime.bigint() / 1_000n);

/** What `--profile` asks for: where the time of one contender goes that answers `calls` calls, µs each. */
export async function profile(name: string, calls: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  process.env['BENCH_PROFILE'] = folder;
  const [contender] = await start([called(name)]);
  if (!contender) throw new Error(`${name} cannot be profiled`);
  const clients = await Promise.all(
    Array.from({ length: 16 }, () => connect(contender.way, contender.server.port)),
  );
  await drive(clients, echo, calls);
  const from = now();
  await drive(clients, echo, calls);
  const stretch = { from, to: now(), calls };
  await contender.server.stop();
  const [file] = readdirSync(folder);
  const read = JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as CpuProfile;
  rmSync(folder, { recursive: true });
  return summarise(read, stretch);
}

/** Self time by layer and by function, µs per call, of the time that was not idle. */
function summarise(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  { from, to, calls }: Stretch,
): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byLayer = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let total = 0;
  let at = startTime;
  for (const [i, id] of samples.entries()) {
    const frame = frames.get(id);
    const time = timeDeltas[i] ?? 0;
    at += time;
    // What comes before is the boot and the warm-up.
    if (at < from || at > to || !frame || frame.functionName === '(idle)') continue;
    total += time;
    const layer = layerOf(frame);
    byLayer.set(layer, (byLayer.get(layer) ?? 0) + time);
    const where = `${frame.functionName || '(anonymous)'} ${shorten(frame.url)}:${frame.lineNumber + 1}`;
    const label = `${layer.padEnd(24)} ${where}`;
    byFunction.set(label, (byFunction.get(label) ?? 0) + time);
  }
  const lines = (shares: Map<string, number>, most: number): string[] =>
    [...shares]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([what, time]) => `${(time / calls).toFixed(1).padStart(6)}  ${what}`);
  const sum = `µs per call, sampled: ${(total / calls).toFixed(1)}`;
  return [sum, ...lines(byLayer, 20), '', ...lines(byFunction, 60)].join('\n');
}

function layerOf({ functionName, url }: CallFrame): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (/^write(v|Utf8|Latin1|Buffer)/.test(functionName)) return 'kernel: writing to sockets';
  if (url === '') return 'Node: native';
  return layers.find(([, pattern]) => pattern.test(url))?.[0] ?? 'the bench server';
}

function shorten(url: string): string {
  return url.replace(/^.*(node_modules|build)\//, '');
}

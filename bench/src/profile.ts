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
  samples: number[];
  timeDeltas: number[];
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

/** What `--profile` asks for: shares of the CPU time of one contender that answers `calls` calls. */
export async function profile(name: string, calls: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  process.env['BENCH_PROFILE'] = folder;
  const [contender] = await start([called(name)]);
  if (!contender) throw new Error(`${name} cannot be profiled`);
  const clients = await Promise.all(
    Array.from({ length: 16 }, () => connect(contender.way, contender.server.port)),
  );
  await drive(clients, echo, calls);
  await contender.server.stop();
  const [file] = readdirSync(folder);
  const read = JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as CpuProfile;
  rmSync(folder, { recursive: true });
  return summarise(read);
}

/** Self time by layer and by function, as shares of the time that was not idle. */
function summarise({ nodes, samples, timeDeltas }: CpuProfile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byLayer = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let total = 0;
  // The first half is the boot and the warm-up.
  for (let i = Math.floor(samples.length / 2); i < samples.length; i++) {
    const frame = frames.get(samples[i] ?? 0);
    const time = timeDeltas[i] ?? 0;
    if (!frame || frame.functionName === '(idle)') continue;
    total += time;
    const layer = layerOf(frame);
    byLayer.set(layer, (byLayer.get(layer) ?? 0) + time);
    const at = `${frame.functionName || '(anonymous)'} ${shorten(frame.url)}:${frame.lineNumber + 1}`;
    const label = `${layer.padEnd(24)} ${at}`;
    byFunction.set(label, (byFunction.get(label) ?? 0) + time);
  }
  const lines = (shares: Map<string, number>, most: number): string[] =>
    [...shares]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([what, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${what}`);
  return [...lines(byLayer, 20), '', ...lines(byFunction, 60)].join('\n');
}

function layerOf({ functionName, url }: CallFrame): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'Node: native (sockets, epoll, JSON)';
  return layers.find(([, pattern]) => pattern.test(url))?.[0] ?? 'the bench server';
}

function shorten(url: string): string {
  return url.replace(/^.*(node_modules|build)\//, '');
}

import { ratio, type Cost } from '../load.js';
import type { Spread } from '../statistics.js';
import type { Measured } from '../measured.js';
import type { SoakFigures } from '../measures/soak.js';

/** One line of the table: what was to be reached, what was measured. */
export interface Figure {
  measure: string;
  target: string;
  measured: string;
  /** `undefined`: could not be measured here. */
  reached: boolean | undefined;
}

const KIB = 1024;

/** The figures to reach, in the order in which the project set them. */
export function toFigures(measured: Measured): Figure[] {
  const { calls, lists, resources, idle, scale, boot, soak, guests, validation } = measured;
  const over = (
    costs: Map<string, Cost>,
    measure: string,
    one: string,
    other: string,
    most: number,
  ) => atMost(measure, `≤ ${most} × ${other}`, between(costs, one, other), most);
  const [fifty, thousand] = lists.growth;
  return [
    over(calls, 'tools/call, session', 'ours, session', 'SDK v1, session', 0.6),
    over(calls, 'tools/call, stateless', 'ours, stateless', 'SDK v1, stateless', 0.15),
    over(calls, 'tools/call, stateless', 'ours, stateless', 'mcp-nest 2, stateless', 0.5),
    over(calls, 'tools/call, modern', 'ours, modern', 'SDK v2, modern', 0.15),
    over(calls, 'tools/call, modern', 'ours, modern', 'mcp-nest 2, modern', 0.5),
    over(calls, 'tools/call, HTTP+SSE', 'ours, SSE', 'SDK v1, SSE', 1.1),
    ...['session', 'stateless', 'modern', 'SSE'].map((way) =>
      over(calls, `tools/call, ${way}`, `ours, ${way}`, 'plain Nest', 1.3),
    ),
    over(calls, 'a plain route beside the module', 'plain Nest beside ours', 'plain Nest', 1),
    over(
      calls,
      'tools/call, session on Fastify',
      'ours, session, Fastify',
      'plain Nest, Fastify',
      1.3,
    ),
    over(lists.fifty, 'tools/list, 50 tools', 'ours, session', 'mcp-nest 2, session', 0.25),
    over(lists.fifty, 'tools/list, 50 tools', 'ours, session', 'SDK v1, session', 0.25),
    fifty && thousand
      ? atMost(
          'tools/list, 1,000 tools: CPU per byte',
          '≤ 1.1 × that of 50 tools',
          scaled(ratio(thousand.cost, fifty.cost), fifty.bytes / thousand.bytes),
          1.1,
        )
      : unmeasured('tools/list, 1,000 tools: CPU per byte', '≤ 1.1 × that of 50 tools'),
    over(
      resources,
      'resources/read, 500 templates',
      'ours, 500 templates',
      'ours, 5 templates',
      1.2,
    ),
    heap('one idle session, Streamable HTTP', 12, idle.sessions.get('ours, session')),
    heap(
      'one idle session, SSE, above plain Nest',
      6,
      (idle.streams.get('ours, SSE') ?? Number.NaN) -
        (idle.streams.get('plain Nest') ?? Number.NaN),
    ),
    {
      measure: `open SSE streams in one process`,
      target: '10,000, each answers',
      measured: `${idle.many.answered.toLocaleString('en')} of ${idle.many.open.toLocaleString('en')} answered`,
      reached: idle.many.open >= 10_000 ? idle.many.answered === idle.many.open : undefined,
    },
    {
      measure: 'boot with 1,000 tools with DTOs',
      target: '≤ 300 ms more than with none',
      measured: `${(boot.thousand - boot.none).toFixed(0)} ms more (${boot.thousand.toFixed(0)} against ${boot.none.toFixed(0)})`,
      reached: Number.isNaN(boot.none) ? undefined : boot.thousand - boot.none <= 300,
    },
    over(
      scale.calls,
      'tools/call in a session that the process knows, with the backplane',
      'ours, session, backplane',
      'ours, session',
      1.25,
    ),
    {
      measure: 'messages on the bus for a plain call',
      target: '0',
      measured: Number.isNaN(scale.messages)
        ? 'not measured'
        : `${scale.messages.toFixed(3)} (${scale.commands.toFixed(3)} commands of Redis)`,
      reached: Number.isNaN(scale.messages) ? undefined : scale.messages === 0,
    },
    ...soak.filter(isOurs).map((one) => flat('calls', one)),
    ...guests.filter(isOurs).map((one) => flat('sessions come and go', one)),
    atMost('DTO validation', '≤ 1.1 × validate itself', validation.ratio, 1.1),
    ...[
      ['session', 'SDK v1, session'],
      ['stateless', 'SDK v1, stateless'],
      ['SSE', 'SDK v1, SSE'],
      ['modern', 'SDK v2, modern'],
    ].map(([way, other]) => latency(calls, `ours, ${way}`, other ?? '')),
  ];
}

function between(costs: Map<string, Cost>, one: string, other: string): Spread | undefined {
  const [left, right] = [costs.get(one), costs.get(other)];
  return left && right ? ratio(left, right) : undefined;
}

function scaled({ median, low, high }: Spread, by: number): Spread {
  return { median: median * by, low: low * by, high: high * by };
}

function atMost(measure: string, target: string, value: Spread | undefined, most: number): Figure {
  if (!value || Number.isNaN(value.median)) return unmeasured(measure, target);
  const { median, low, high } = value;
  return {
    measure,
    target,
    measured: `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`,
    reached: median <= most,
  };
}

function unmeasured(measure: string, target: string): Figure {
  return { measure, target, measured: 'not measured', reached: undefined };
}

function heap(measure: string, kib: number, bytes = Number.NaN): Figure {
  if (Number.isNaN(bytes)) return unmeasured(measure, `≤ ${kib} KiB of heap`);
  return {
    measure,
    target: `≤ ${kib} KiB of heap`,
    measured: `${(bytes / KIB).toFixed(1)} KiB`,
    reached: bytes <= kib * KIB,
  };
}

function isOurs({ name }: SoakFigures): boolean {
  return name.startsWith('ours');
}

/** What the compiler and the collector leave lying about is not a leak: one MiB in all is taken for none. */
function flat(what: string, { name, count, heap, each }: SoakFigures): Figure {
  const grown = (heap.at(-1) ?? 0) - (heap[0] ?? 0);
  return {
    measure: `heap, ${count.toLocaleString('en')} ${what}, ${name}`,
    target: 'flat (≤ 1 MiB in all)',
    measured: `${(grown / KIB / KIB).toFixed(2)} MiB, ${each.toFixed(1)} B each`,
    reached: grown <= KIB * KIB,
  };
}

function latency(costs: Map<string, Cost>, one: string, other: string): Figure {
  const [left, right] = [costs.get(one), costs.get(other)];
  const measure = `p99 of tools/call, ${one}`;
  const target = `no worse than ${other}`;
  if (!left || !right) return unmeasured(measure, target);
  return {
    measure,
    target,
    measured: `${left.p99.toFixed(1)} ms against ${right.p99.toFixed(1)} ms`,
    reached: left.p99 <= right.p99,
  };
}

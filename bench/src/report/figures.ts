import { ratio, type Cost } from '../load.js';
import { spreadOf } from '../statistics.js';
import type { Measured } from '../measured.js';
import {
  atMost,
  between,
  flat,
  heap,
  isOurs,
  KIB,
  scaled,
  unmeasured,
  type Figure,
} from './figure.js';

const ways = ['session', 'stateless', 'modern', 'SSE'];
const plain = 'plain Nest, guard and DTO';

/** The figures to reach, in the order in which the project set them. */
export function toFigures(measured: Measured): Figure[] {
  const { calls, idle, scale, soak, guests } = measured;
  return [
    ...callFigures(calls),
    ...listFigures(measured),
    ...largeFigures(measured),
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
    ...bootFigures(measured),
    over(
      scale.calls,
      'tools/call in a session that the process knows, with the backplane',
      'ours, session, backplane',
      'ours, session',
      1.25,
    ),
    atMost(
      'tools/call, two processes and Redis together',
      '≤ 1.15 × two processes that share nothing',
      scale.pair,
      1.15,
    ),
    {
      measure: 'sessions in one MiB of Redis',
      target: '–',
      measured: Number.isNaN(scale.sessions) ? 'not measured' : scale.sessions.toFixed(0),
      reached: undefined,
    },
    ...scale.times.map(({ what, bound, times }) => ({
      measure: what,
      target: `≤ ${bound.toLocaleString('en')} ms`,
      measured: `${spreadOf(times).median.toFixed(0)} ms (at most ${Math.max(...times).toFixed(0)}, ${times.length} times)`,
      reached: Math.max(...times) <= bound,
    })),
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
    atMost('DTO, five properties', "≤ 0.3 × Nest's pipe", measured.validation.five.ratio, 0.3),
    atMost(
      'DTO, 40 properties with nested lists',
      "≤ 0.3 × Nest's pipe",
      measured.validation.forty.ratio,
      0.3,
    ),
  ];
}

function callFigures(calls: Map<string, Cost>): Figure[] {
  const call = (one: string, other: string, most: number): Figure =>
    over(calls, `tools/call, ${one.replace('ours, ', '')}`, one, other, most);
  return [
    ...ways.map((way) => call(`ours, ${way}`, plain, 1.1)),
    ...ways.map((way) => call(`ours, ${way}, Fastify`, `${plain}, Fastify`, 1.3)),
    ...ways.map((way) => call(`ours, ${way}`, 'plain Nest', 1.1)),
    ...ways.map((way) => call(`ours, ${way}, Fastify`, 'plain Nest, Fastify', 1.3)),
    call('ours, session, no guard', 'plain Nest', 1.1),
    call('ours, session, no guard, Fastify', 'plain Nest, Fastify', 1.3),
    call('ours, session, Fastify', 'node:http', 1.5),
    call('ours, session', 'SDK v1, session', 0.45),
    call('ours, SSE', 'SDK v1, SSE', 0.75),
    call('ours, stateless', 'SDK v1, stateless', 0.15),
    call('ours, modern', 'SDK v2, modern', 0.15),
    call('ours, session', 'mcp-nest 2, session', 0.4),
    call('ours, stateless', 'mcp-nest 2, stateless', 0.4),
    call('ours, modern', 'mcp-nest 2, modern', 0.5),
    call('ours, stateless', 'ours, session', 1.1),
    call('ours, session', 'mcp-go, session', 1.3),
    call('ours, stateless', 'mcp-go, stateless', 1.3),
    call('ours, session', 'Go SDK, session', 0.5),
    call('ours, session', 'Python FastMCP, session', 0.1),
    over(calls, 'a plain route beside the module', 'plain Nest beside ours', 'plain Nest', 1),
    ...[
      ['session', 'SDK v1, session', 'mcp-nest 2, session'],
      ['stateless', 'SDK v1, stateless', 'mcp-nest 2, stateless'],
      ['SSE', 'SDK v1, SSE', 'mcp-nest 1.9, SSE'],
      ['modern', 'SDK v2, modern', 'mcp-nest 2, modern'],
    ].flatMap(([way, ...others]) => others.map((other) => latency(calls, `ours, ${way}`, other))),
  ];
}

function listFigures({ lists, filtered, resources }: Measured): Figure[] {
  const [fifty, thousand] = lists.growth;
  const measure = 'tools/list, 1,000 tools: CPU per byte';
  return [
    over(lists.fifty, 'tools/list, 50 tools', 'ours, session', 'mcp-nest 2, session', 0.25),
    over(lists.fifty, 'tools/list, 50 tools', 'ours, session', 'SDK v1, session', 0.25),
    fifty && thousand
      ? atMost(
          measure,
          '≤ 1.1 × that of 50 tools',
          scaled(ratio(thousand.cost, fifty.cost), fifty.bytes / thousand.bytes),
          1.1,
        )
      : unmeasured(measure, '≤ 1.1 × that of 50 tools'),
    atMost(
      'tools/list, 1,000 tools filtered for 1,000 callers: CPU per byte',
      '≤ 1.2 × that of all tools',
      filtered.ratio,
      1.2,
    ),
    over(
      resources,
      'resources/read, 500 templates',
      'ours, 500 templates',
      'ours, 5 templates',
      1.2,
    ),
  ];
}

function largeFigures({ large, stream }: Measured): Figure[] {
  const target = '≤ 2 × without it';
  const measure = 'p99 of 15 clients beside a call that streams 20 MB';
  return [
    over(large.argument, 'an argument of 1 MB', 'ours, session', 'node:http', 1.3),
    over(large.result, 'a result of 10 MB', 'ours, session', 'node:http', 1.3),
    over(large.pages, '10,000 resources in pages of 100', 'ours, session', 'node:http', 1.3),
    Number.isNaN(stream.alone)
      ? unmeasured(measure, target)
      : {
          measure,
          target,
          measured: `${stream.beside.toFixed(1)} ms against ${stream.alone.toFixed(1)} ms`,
          reached: stream.beside <= 2 * stream.alone,
        },
  ];
}

function bootFigures({ boot: { bare, module, time, rss, more } }: Measured): Figure[] {
  const heapMore = (module.heap - bare.heap) / KIB / KIB;
  const isThere = !Number.isNaN(bare.upMs);
  return [
    atMost('boot with the module and no tool: time', '≤ 1.2 × bare Nest', time, 1.2),
    atMost('boot with the module and no tool: RSS', '≤ 1.15 × bare Nest', rss, 1.15),
    {
      measure: 'boot with the module and no tool: heap',
      target: '≤ 8 MiB more than bare Nest',
      measured: isThere ? `${heapMore.toFixed(1)} MiB more` : 'not measured',
      reached: isThere ? heapMore <= 8 : undefined,
    },
    {
      measure: 'boot with 1,000 tools with DTOs',
      target: '≤ 250 ms more than with none',
      measured: isThere
        ? `${more.median.toFixed(0)} ms more (${more.low.toFixed(0)}–${more.high.toFixed(0)})`
        : 'not measured',
      reached: isThere ? more.median <= 250 : undefined,
    },
  ];
}

function over(
  costs: Map<string, Cost>,
  measure: string,
  one: string,
  other: string,
  most: number,
): Figure {
  return atMost(measure, `≤ ${most} × ${other}`, between(costs, one, other), most);
}

function latency(costs: Map<string, Cost>, one: string, other: string): Figure {
  const [left, right] = [costs.get(one), costs.get(other)];
  const measure = `p99 of tools/call, ${one}`;
  const target = `better than ${other}`;
  if (!left || !right) return unmeasured(measure, target);
  return {
    measure,
    target,
    measured: `${left.p99.toFixed(1)} ms against ${right.p99.toFixed(1)} ms`,
    reached: left.p99 < right.p99,
  };
}

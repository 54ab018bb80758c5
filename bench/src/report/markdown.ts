import type { Cost } from '../load.js';
import type { Measured } from '../measured.js';
import type { Figure } from './figure.js';

/** The report of a run: which figures are reached, and what everyone needs. */
export function toMarkdown(run: string, figures: readonly Figure[], measured: Measured): string {
  const reached = figures.filter((figure) => figure.reached === true).length;
  return [
    `${run}\n`,
    `${reached} of ${figures.length} figures reached. Ratios are of CPU time of the server process, taken round by round: median (quartiles).\n`,
    table(
      ['measure', 'to reach', 'measured', 'reached'],
      figures.map(({ measure, target, measured: found, reached: is }) => [
        measure,
        target,
        found,
        is === undefined ? '–' : is ? 'yes' : '**no**',
      ]),
    ),
    '\n`tools/call`: CPU time of the server process for one request, µs; latency with 16 clients, ms\n',
    costTable(measured.calls),
    '\n`tools/list` of 50 tools\n',
    costTable(measured.lists.fifty),
    '\n`tools/list` of ours, by length\n',
    table(
      ['tools', 'bytes', 'CPU µs', 'µs per KiB'],
      measured.lists.growth.map(({ tools, bytes, cost }) => [
        String(tools),
        String(bytes),
        cost.cpu.median.toFixed(0),
        (cost.cpu.median / (bytes / 1024)).toFixed(2),
      ]),
    ),
    '\n`resources/read`, by number of templates\n',
    costTable(measured.resources),
    '\n`tools/call` with the backplane and without\n',
    costTable(measured.scale.calls),
    '\nLarge messages: an argument of 1 MB, a result of 10 MB, a page of 100 resources of 10,000\n',
    costTable(measured.large.argument),
    '',
    costTable(measured.large.result),
    '',
    costTable(measured.large.pages),
    '\nBoot: ms until the first request can come, memory in MiB (heap after a collection)\n',
    table(
      ['application', 'ms', 'RSS', 'heap'],
      (
        [
          ['bare Nest', measured.boot.bare],
          ['with the module', measured.boot.module],
          ['with class-validator and no tool with a DTO but echo', measured.boot.none],
          ['the same with 1,000 tools with DTOs', measured.boot.thousand],
        ] as const
      ).map(([application, { upMs, rss, heap }]) => [
        application,
        upMs.toFixed(0),
        (rss / 1024 ** 2).toFixed(1),
        (heap / 1024 ** 2).toFixed(1),
      ]),
    ),
    ...(['five', 'forty'] as const).flatMap((size) => [
      `\nOne DTO of ${size} properties, CPU µs\n`,
      table(
        ['by', 'CPU µs', 'quartiles'],
        (
          [
            ['plainToInstance and validate', measured.validation[size].validate],
            ["Nest's ValidationPipe", measured.validation[size].nests],
            ['our pipe', measured.validation[size].pipe],
          ] as const
        ).map(([by, { median, low, high }]) => [
          by,
          median.toFixed(1),
          `${low.toFixed(1)}–${high.toFixed(1)}`,
        ]),
      ),
    ]),
    '\nHeap of one idle session\n',
    table(
      ['server', 'KiB'],
      [
        ...measured.idle.sessions,
        ...measured.idle.streams,
        ['ours, all those streams', measured.idle.many.heapEach] as const,
      ].map(([name, bytes]) => [name, (bytes / 1024).toFixed(1)]),
    ),
    '\nHeap after every fifth of the calls, and of the sessions that come and go, MiB\n',
    table(
      ['server', 'what', '1', '2', '3', '4', '5', 'B each'],
      [
        ...measured.soak.map((one) => ({ ...one, what: 'calls' })),
        ...measured.guests.map((one) => ({ ...one, what: 'sessions' })),
      ].map(({ name, count, what, heap, each }) => [
        name,
        `${count.toLocaleString('en')} ${what}`,
        ...heap.map((bytes) => (bytes / 1024 ** 2).toFixed(2)),
        each.toFixed(1),
      ]),
    ),
    '',
  ].join('\n');
}

function costTable(costs: ReadonlyMap<string, Cost>): string {
  return table(
    ['server', 'CPU µs', 'quartiles', 'p50', 'p99', 'RSS MiB'],
    [...costs.values()].map(({ name, cpu, p50, p99, rss }) => [
      name,
      cpu.median.toFixed(0),
      `${cpu.low.toFixed(0)}–${cpu.high.toFixed(0)}`,
      p50.toFixed(2),
      p99.toFixed(2),
      (rss / 1024 ** 2).toFixed(0),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(3, title.length, ...rows.map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [
    line(head),
    `| ${widths.map((w) => '-'.repeat(w)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}

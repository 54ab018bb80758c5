import { Scope } from '@nestjs/common';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { adapters, startApp, stopAll } from '../support/start-app.js';
import { callPrimitive, primitives, type Primitive } from './calls.js';
import { Trace, createEnhancers } from './enhancers.js';
import { byClass, globals } from './globals.js';
import { createHostModule, forms, scopes, hostKinds, type Cell, type Form } from './hosts.js';

const kinds = 4;
let cells = 0;

function cellsOf(place: Cell['place'], form: Form): Cell[] {
  return hostKinds.map((host, index) => ({
    id: `${place}_${form}_${index}`.replaceAll(/\W/g, '_'),
    host,
    form,
    place,
  }));
}

const guarded = ['guard', 'interceptor before', 'pipe', 'method', 'interceptor after'];

/** All four kinds around one primitive: order, effect, denial before validation, and the life of the instances. */
async function expectWholePipeline(client: Client, primitive: Primitive, cell: Cell) {
  const call = async (word: string) => {
    const reading = await callPrimitive(client, primitive, cell.id, word);
    return { cell, primitive, ...reading, ...Trace.take() };
  };
  const about = { cell, primitive };
  const first = await call('fine');
  expect({ ...about, text: first.text, steps: first.steps }).toEqual({
    ...about,
    text: 'fine+piped+intercepted',
    steps: guarded,
  });
  const denied = await call('deny-although-it-is-too-long');
  expect({ ...about, text: denied.text, failed: denied.failed, steps: denied.steps }).toEqual({
    ...about,
    text: 'Forbidden resource',
    failed: true,
    steps: ['guard', 'filter'],
  });
  const invalid = await call('not-denied-but-too-long');
  expect({ ...about, failed: invalid.failed, steps: invalid.steps }).toEqual({
    ...about,
    failed: true,
    steps: ['guard', 'interceptor before', 'filter'],
  });
  const boom = await call('boom');
  expect({ ...about, text: boom.text, steps: boom.steps }).toEqual({
    ...about,
    text: 'filtered',
    steps: ['guard', 'interceptor before', 'pipe', 'method', 'filter'],
  });
  const second = await call('fine');
  const kept = [...second.instances].filter((one) => first.instances.has(one)).length;
  expect({ ...about, kept }).toEqual({ ...about, kept: expectedKept(cell) ?? kept });
  cells += kinds;
}

/** How many of guard, interceptor, pipe and host are the same in the next call: a request-scoped enhancer makes its host so. */
function expectedKept({ host, form }: Cell): number | undefined {
  if (form === 'request-scoped class') return isGiven(host) ? 1 : 0;
  if (!host.startsWith('request-scoped')) return 4;
  // Whether an alias of a transient class is made again is not Nest's promise.
  return form === 'transient class' ? undefined : 3;
}

function isGiven(host: Cell['host']): boolean {
  return host === 'factory provider' || host === 'value provider';
}

async function expectMatrix(client: Client, all: readonly Cell[]): Promise<void> {
  for (const cell of all) {
    for (const primitive of primitives) await expectWholePipeline(client, primitive, cell);
  }
}

describe('the pipeline around every primitive', () => {
  afterEach(async () => {
    Trace.take();
    await stopAll();
  });

  afterAll(() => {
    process.stdout.write(`pipeline matrix: ${cells} cells\n`);
  });

  describe.each(adapters)('on %s', (adapter) => {
    it.each(
      (['method', 'class'] as const).flatMap((place) => forms.map((form) => ({ place, form }))),
    )('runs completely when bound to the $place as $form', async ({ place, form }) => {
      const all = cellsOf(place, form);
      const app = await startApp({
        adapter,
        imports: all.map(createHostModule),
        providers: [Trace],
      });
      await expectMatrix(await app.connect(), all);
    });
  });

  it.each(globals)('runs completely when global by $how', async ({ form, providers, prepare }) => {
    const set = createEnhancers(scopes[form]);
    const all = cellsOf('elsewhere', form);
    const app = await startApp({
      imports: all.map(createHostModule),
      providers: [Trace, ...(providers?.(set) ?? [])],
      configure: (created) => prepare?.(created, set),
    });
    await expectMatrix(await app.connect(), all);
  });

  it('runs completely when global by APP_* useClass on Fastify', async () => {
    const all = cellsOf('elsewhere', 'class');
    const app = await startApp({
      adapter: 'fastify',
      imports: all.map(createHostModule),
      providers: [Trace, ...byClass(createEnhancers(Scope.DEFAULT))],
    });
    await expectMatrix(await app.connect(), all);
  });
});

import { isDeepStrictEqual } from 'node:util';
import { startMatrixApp } from './access-matrix/matrix.app.js';
import {
  callers,
  expectedAtTheDoor,
  expectedList,
  expectedListening,
  expectedOf,
  kinds,
  lists,
  modes,
  operations,
  transports,
  type ListMethod,
  type Outcome,
  type Tasks,
} from './access-matrix/matrix.rules.js';
import { MatrixWire, challengeOf, outcomeOf } from './access-matrix/matrix.wire.js';
import { adapters, type StartedApp } from '../support/start-app.js';

let cells = 0;

/** The cells whose answer is not what the rules say. */
class Mismatches {
  readonly lines: string[] = [];

  compare(cell: string, actual: Outcome, expected: Outcome): void {
    cells += 1;
    if (isDeepStrictEqual(actual, expected)) return;
    this.lines.push(`${cell}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
  }
}

const servers = adapters.flatMap((adapter) => modes.map((mode) => ({ adapter, mode })));

describe('the access matrix', () => {
  afterAll(() => {
    process.stdout.write(`access matrix: ${cells} cells\n`);
  });

  describe.each(servers)('on $adapter with $mode', ({ adapter, mode }) => {
    let app: StartedApp;
    let wire: MatrixWire;
    let tasks: Tasks;

    beforeAll(async () => {
      app = await startMatrixApp(adapter, mode);
      wire = new MatrixWire(app.url, mode);
      tasks = await wire.finishedTasks();
    });

    afterAll(async () => {
      wire.close();
      await app.close();
    });

    describe.each(transports)('over %s', (transport) => {
      it('accepts the first request only of callers that the server knows', async () => {
        const mismatches = new Mismatches();
        for (const caller of callers) {
          const response = await wire.enter(transport, caller);
          const challenge = challengeOf(response);
          const actual = { status: response.status, ...(challenge && { challenge }), ran: false };
          const expected = expectedAtTheDoor({ mode, transport, caller });
          mismatches.compare(caller, actual, expected ?? { status: 200, ran: false });
        }
        expect(mismatches.lines).toEqual([]);
      });

      it.each(Object.keys(lists) as ListMethod[])(
        '%s lists exactly what each caller may see',
        async (method) => {
          const mismatches = new Mismatches();
          for (const caller of callers) {
            const ask = () => wire.asks[transport](caller, method, {});
            const expected = expectedList({ mode, transport, caller });
            mismatches.compare(caller, await outcomeOf(ask, lists[method]), expected);
          }
          expect(mismatches.lines).toEqual([]);
        },
      );

      const asked = Object.entries(operations).filter(
        ([, { ofTask }]) => transport === 'modern' || ofTask !== true,
      );

      it.each(asked)('%s answers each caller according to the rules', async (_name, operation) => {
        const mismatches = new Mismatches();
        const { method, params } = operation;
        for (const caller of callers) {
          for (const kind of kinds) {
            const actual = await outcomeOf(() =>
              wire.asks[transport](caller, method, params(kind, tasks)),
            );
            const expected = expectedOf(operation, kind, { mode, transport, caller });
            mismatches.compare(`${caller} × ${kind}`, actual, expected);
          }
        }
        expect(mismatches.lines).toEqual([]);
      });
    });

    it.each(['fixed', 'each'])(
      'subscriptions/listen is limited to what each caller may read, of data://%s',
      async (sort) => {
        const mismatches = new Mismatches();
        for (const caller of callers) {
          for (const kind of kinds) {
            const uri = `data://${sort}/${kind}${sort === 'each' ? '/7' : ''}`;
            const expected = expectedListening(kind, { mode, transport: 'modern', caller });
            mismatches.compare(`${caller} × ${kind}`, await wire.listen(caller, uri), expected);
          }
        }
        expect(mismatches.lines).toEqual([]);
      },
    );
  });
});

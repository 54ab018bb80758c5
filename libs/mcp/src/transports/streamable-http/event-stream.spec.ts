import { InMemoryEventStore } from '../../sessions/in-memory-event.store.js';
import { UnsentBudget } from '../unsent-budget.js';
import { EventLog } from './event-log.js';
import { EventStream } from './event-stream.js';

/** A message, and how often it has been written out as JSON. */
function watched() {
  const seen = { written: 0 };
  const data = { toJSON: () => (seen.written++, 'said') };
  const message = { jsonrpc: '2.0', method: 'notifications/message', params: { data } } as const;
  return { seen, message };
}

const unsent = new UnsentBudget({ max: 1_000_000, stallTimeout: 60_000 });

describe('A stream without a connection', () => {
  it('serialises nothing if it keeps no events', async () => {
    const { seen, message } = watched();
    await new EventStream('a', unsent).send(message);
    expect(seen.written).toBe(0);
  });

  it('serialises a message once if it keeps events', async () => {
    const { seen, message } = watched();
    const logger = { log: fail, error: fail, warn: fail };
    const eventStore = new InMemoryEventStore();
    const log = new EventLog({ eventStore, resumeTimeout: 60_000, logger });
    await new EventStream('s_a', unsent, log).send(message);
    expect(seen.written).toBe(1);
    expect(eventStore.total).toBeGreaterThan(0);
    log.stop();
  });
});

function fail(message: unknown): never {
  throw new Error(String(message));
}

import { toStreamId } from './event.store.js';
import { InMemoryEventStore } from './in-memory-event.store.js';

async function replayed(store: InMemoryEventStore, after: string): Promise<unknown[]> {
  const messages: unknown[] = [];
  await store.replayEventsAfter(after, {
    send: async (_id, message) => void messages.push(message),
  });
  return messages;
}

describe('InMemoryEventStore', () => {
  it('replays what came after an event on the same stream, and nothing else', async () => {
    const store = new InMemoryEventStore();
    const first = store.storeEvent(toStreamId('a', 1), { n: 1 });
    store.storeEvent(toStreamId('a', 2), { n: 2 });
    store.storeEvent(toStreamId('b', 1), { n: 3 });
    store.storeEvent(toStreamId('a', 1), { n: 4 });
    expect(await replayed(store, first)).toEqual([{ n: 4 }]);
  });

  it('knows no event that it never gave an id to', async () => {
    const store = new InMemoryEventStore();
    const id = store.storeEvent(toStreamId('a', 1), {});
    for (const unknown of ['', '/', 'a', 'a/1/99', 'b/1/1', `${id}x`, '__proto__/1/1', 'a/1/-1']) {
      expect(store.getStreamIdForEventId(unknown)).toBeUndefined();
    }
    await expect(replayed(store, 'a/1/99')).rejects.toThrow('Unknown event');
  });

  it('drops the oldest events of a session beyond its bounds', async () => {
    const store = new InMemoryEventStore({ maxEvents: 3, maxBytes: 2_000 });
    const ids = [1, 2, 3, 4, 5].map((n) => store.storeEvent(toStreamId('a', 1), { n }));
    expect(await replayed(store, ids[0] ?? '')).toEqual([{ n: 3 }, { n: 4 }, { n: 5 }]);
    store.storeEvent(toStreamId('a', 1), { text: 'x'.repeat(950) });
    expect(await replayed(store, ids[0] ?? '')).toHaveLength(3);
    store.storeEvent(toStreamId('a', 1), { text: 'x'.repeat(2_000) });
    expect(await replayed(store, ids[0] ?? '')).toEqual([]);
  });

  it('forgets a session', () => {
    const store = new InMemoryEventStore();
    const id = store.storeEvent(toStreamId('a', 1), {});
    store.forgetSession('a');
    expect(store.getStreamIdForEventId(id)).toBeUndefined();
  });
});

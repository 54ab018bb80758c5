import { toStreamId } from './event.store.js';
import { InMemoryEventStore } from './in-memory-event.store.js';

const lost = 'Unknown event id.';

async function replayed(store: InMemoryEventStore, after: string): Promise<unknown[]> {
  const messages: unknown[] = [];
  await store.replayEventsAfter(after, {
    send: async (_id, message) => void messages.push(message),
  });
  return messages;
}

describe('InMemoryEventStore', () => {
  it('replays the events after one on the same stream, and no others', async () => {
    const store = new InMemoryEventStore();
    const first = store.storeEvent(toStreamId('a', 1), { n: 1 });
    store.storeEvent(toStreamId('a', 2), { n: 2 });
    store.storeEvent(toStreamId('b', 1), { n: 3 });
    store.storeEvent(toStreamId('a', 1), { n: 4 });
    expect(await replayed(store, first)).toEqual([{ n: 4 }]);
  });

  it('does not know an event id that it has not assigned', async () => {
    const store = new InMemoryEventStore();
    const id = store.storeEvent(toStreamId('a', 1), {});
    for (const unknown of ['', '/', 'a', 'a/1/99', 'b/1/1', `${id}x`, '__proto__/1/1', 'a/1/-1']) {
      expect(store.getStreamIdForEventId(unknown)).toBeUndefined();
    }
    await expect(replayed(store, 'a/1/99')).rejects.toThrow('Unknown event');
  });

  it('drops the oldest events of a session beyond its limits, and replays no stream with a gap', async () => {
    const store = new InMemoryEventStore({ maxEvents: 3, maxBytes: 2_000 });
    const ids = [1, 2, 3, 4, 5].map((n) => store.storeEvent(toStreamId('a', 1), { n }));
    await expect(replayed(store, ids[0] ?? '')).rejects.toThrow(lost);
    expect(await replayed(store, ids[1] ?? '')).toEqual([{ n: 3 }, { n: 4 }, { n: 5 }]);
    store.storeEvent(toStreamId('a', 1), { text: 'x'.repeat(1_500) });
    await expect(replayed(store, ids[3] ?? '')).rejects.toThrow(lost);
    expect(await replayed(store, ids[4] ?? '')).toHaveLength(1);
  });

  it('drops the stream of an event that is too large, and no other', async () => {
    const store = new InMemoryEventStore({ maxBytes: 2_000 });
    const first = store.storeEvent(toStreamId('a', 1), {});
    store.storeEvent(toStreamId('a', 1), { n: 1 });
    const second = store.storeEvent(toStreamId('a', 2), {});
    const large = store.storeEvent(toStreamId('a', 2), { text: 'x'.repeat(2_000) });
    await expect(replayed(store, second)).rejects.toThrow(lost);
    expect(await replayed(store, large)).toEqual([]);
    store.storeEvent(toStreamId('a', 2), { n: 2 });
    expect(await replayed(store, large)).toEqual([{ n: 2 }]);
    expect(await replayed(store, first)).toEqual([{ n: 1 }]);
  });

  it('drops events of the sessions that began to hold some first, beyond the total limit', async () => {
    const store = new InMemoryEventStore({ maxTotal: 5_000 });
    const text = '漢'.repeat(400);
    const ids = ['a', 'b', 'c', 'd'].map((session) => {
      const id = store.storeEvent(toStreamId(session, 1), {});
      store.storeEvent(toStreamId(session, 1), { text });
      return id;
    });
    expect(store.total).toBeLessThanOrEqual(5_000);
    const [a, ...others] = ids;
    await expect(replayed(store, a ?? '')).rejects.toThrow(lost);
    for (const id of others) expect(await replayed(store, id)).toHaveLength(1);
    // One that has lost its events goes on, as the newest.
    const again = store.storeEvent(toStreamId('a', 1), {});
    store.storeEvent(toStreamId('a', 1), { text });
    expect(await replayed(store, again)).toHaveLength(1);
    await expect(replayed(store, ids[1] ?? '')).rejects.toThrow(lost);
  });

  it('deletes a stream and keeps the others of its session', async () => {
    const store = new InMemoryEventStore();
    const [first, second] = [1, 2].map((n) => {
      const id = store.storeEvent(toStreamId('a', n), {});
      store.storeEvent(toStreamId('a', n), { n });
      return id;
    });
    const before = store.total;
    store.forgetStream(toStreamId('a', 1));
    await expect(replayed(store, first ?? '')).rejects.toThrow(lost);
    expect(await replayed(store, second ?? '')).toEqual([{ n: 2 }]);
    expect(store.total).toBe(before / 2);
    store.forgetSession('a');
    expect(store.total).toBe(0);
  });

  it('deletes a session', () => {
    const store = new InMemoryEventStore();
    const id = store.storeEvent(toStreamId('a', 1), {});
    store.forgetSession('a');
    expect(store.getStreamIdForEventId(id)).toBeUndefined();
  });
});

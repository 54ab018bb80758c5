// Clients of several processes, each of whose messages goes to the next one; they count what becomes of their calls.
import { setTimeout as delay } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { call, initialize, modernCall } from './soak-caller.mjs';

const patience = 30_000;
const basics = {
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
};

/** `ports`: where the processes listen. */
export function createVisitors(ports) {
  let among = ports;
  let turns = 0;
  let visited = 0;
  let names = 0;
  const found = { calls: 0, answers: 0, errors: {}, twice: 0, wrong: 0, endless: 0 };
  const visits = [session, stream, modern, slow];

  /** One call: it ends with an answer that is its own, or with an error. */
  async function counted(work) {
    found.calls += 1;
    const message = `message ${++names}`;
    try {
      const answer = await inTime(work(message));
      if (answer.error !== undefined)
        throw new Failure(answer.error.data?.reason ?? answer.error.message);
      found.answers += 1;
      if (answer.result?.content?.[0]?.text !== message) found.wrong += 1;
    } catch (error) {
      if (error instanceof Endless) found.endless += 1;
      else count(error instanceof Failure ? error.message : 'the connection broke');
    }
  }

  function count(name) {
    found.errors[name] = (found.errors[name] ?? 0) + 1;
  }

  const url = (path) => `http://127.0.0.1:${among[turns++ % among.length]}${path}`;

  async function post(path, body, headers = {}) {
    const response = await fetch(url(path), {
      method: 'POST',
      headers: { ...basics, ...headers },
      body: JSON.stringify(body),
    });
    if (response.status >= 400) {
      await response.text();
      throw new Failure(String(response.status));
    }
    return response;
  }

  async function open() {
    const response = await post('/mcp', initialize('2025-11-25'));
    await response.text();
    return { 'mcp-session-id': response.headers.get('mcp-session-id') };
  }

  async function session() {
    const headers = await begun(open);
    if (!headers) return;
    for (let i = 0; i < 3; i++) {
      await counted(async (message) =>
        (await post('/mcp', call('echo', { message }), headers)).json(),
      );
    }
  }

  /** A call with a stream: where it breaks, its client comes back for the rest at another process. */
  async function slow() {
    const headers = await begun(open);
    if (!headers) return;
    await counted(async (message) => {
      let lastId;
      const read = async (response) => {
        for await (const { id, data } of events(response)) {
          if (id) lastId = id;
          const parsed = data ? JSON.parse(data) : {};
          if (parsed.id === 'slow') return parsed;
        }
        throw new Failure('the stream ended');
      };
      const asked = call('slow', { message }, { progressToken: 1 });
      try {
        return await read(await post('/mcp', asked, headers));
      } catch (error) {
        if (error instanceof Failure || lastId === undefined) throw error;
      }
      const resumed = await fetch(url('/mcp'), {
        headers: { ...headers, accept: 'text/event-stream', 'last-event-id': lastId },
      });
      if (resumed.status >= 400) throw new Failure(String(resumed.status));
      return read(resumed);
    });
  }

  async function stream() {
    const aborted = new AbortController();
    const waiting = new Map();
    const opened = await begun(async () => {
      const response = await fetch(url('/sse'), { signal: aborted.signal });
      if (response.status >= 400) throw new Failure(String(response.status));
      const reading = events(response);
      const { value } = await reading.next();
      return { reading, path: value.data };
    });
    if (!opened) return;
    const { reading, path } = opened;
    const answered = (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    const seen = new Set();
    let isOver = false;
    const read = (async () => {
      try {
        for await (const { data } of reading) {
          const { id, ...answer } = JSON.parse(data);
          if (id === undefined) continue;
          if (seen.has(id)) found.twice += 1;
          seen.add(id);
          waiting.get(id)?.resolve(answer);
        }
      } catch {
        // The process of the stream was killed, or the visitor leaves.
      }
      isOver = true;
      for (const { reject } of waiting.values()) reject(new Failure('the stream ended'));
    })();
    const send = async (id, body) => {
      if (isOver) throw new Failure('the stream ended');
      const answer = answered(id);
      answer.catch(() => undefined);
      await (await post(path, { ...body, id })).text();
      return answer;
    };
    if (await begun(() => send('initialize', initialize('2024-11-05')))) {
      await counted((message) => send('echo', call('echo', { message })));
      await counted((message) => send('slow', call('slow', { message }, { progressToken: 1 })));
    }
    aborted.abort();
    await read;
  }

  async function modern() {
    await counted(async (message) => {
      const { headers, body } = modernCall('tools/call', { name: 'echo', arguments: { message } });
      return (await post('/mcp', body, headers)).json();
    });
  }

  return {
    visit: () => visits[visited++ % visits.length](),
    use(next) {
      among = next;
    },
    found: () => found,
  };
}

class Failure extends Error {}
class Endless extends Error {}

/** What needs no call of its own to be counted: a visitor whose session cannot begin tries again another time. */
async function begun(work) {
  try {
    return await inTime(work());
  } catch {
    await delay(20);
    return undefined;
  }
}

async function inTime(work) {
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Endless()), patience);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function events(response) {
  const parsed = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  return parsed[Symbol.asyncIterator]();
}

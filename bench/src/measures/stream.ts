import { request } from 'node:http';
import { start, withLarge } from '../contenders.js';
import { drive, echo, type Effort } from '../load.js';
import { quantile } from '../statistics.js';
import { connect, streamHeaders } from '../wire/client.js';

/**
 * p99 of 15 plain clients in ms, the median of all rounds: alone, and beside one call that streams 20 MB in messages of
 * 4 kB, again and again.
 */
export interface StreamFigures {
  alone: number;
  beside: number;
  /** Streams that were read to their end meanwhile. */
  streams: number;
}

export const noStreams: StreamFigures = { alone: Number.NaN, beside: Number.NaN, streams: 0 };

const BYTES = 20_000_000;

/** Rounds with and without the stream in turn. */
export async function measureStream({ warmup, rounds, requests }: Effort): Promise<StreamFigures> {
  const [contender] = await start([withLarge('ours, stateless')]);
  if (!contender) return noStreams;
  const { port } = contender.server;
  const clients = await Promise.all(Array.from({ length: 15 }, () => connect('stateless', port)));
  await drive(clients, echo, warmup);
  const alone: number[] = [];
  const beside: number[] = [];
  let streams = 0;
  for (let round = 0; round < rounds; round++) {
    alone.push(quantile(await drive(clients, echo, requests), 0.99));
    let isOver = false;
    const streaming = (async () => {
      do {
        await readStream(port);
        streams++;
      } while (!isOver);
    })();
    beside.push(quantile(await drive(clients, echo, requests), 0.99));
    isOver = true;
    await streaming;
  }
  await Promise.all(clients.map((client) => client.close()));
  await contender.server.stop();
  return { alone: quantile(alone, 0.5), beside: quantile(beside, 0.5), streams };
}

/** Reads one stream to its end without a look at its text, which would take the load generator's time. */
function readStream(port: number): Promise<void> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'stream', arguments: { bytes: BYTES }, _meta: { progressToken: 1 } },
  });
  return new Promise((resolve, reject) => {
    const headers = { ...streamHeaders, 'Content-Length': Buffer.byteLength(body) };
    const target = { host: '127.0.0.1', port, method: 'POST', path: '/mcp', headers, agent: false };
    const req = request(target, (res) => {
      let length = 0;
      res.on('data', (chunk: Buffer) => (length += chunk.length));
      res.on('end', () => {
        if (length >= BYTES) resolve();
        else reject(new Error(`a stream of ${length} bytes (HTTP ${res.statusCode})`));
      });
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end(body);
  });
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { announce } from './child.js';
import { bigText } from './sizes.js';

interface Call {
  id: number;
  method: string;
  params: { name: string; cursor?: string; arguments: { message: string; bytes: number } };
}

const PAGE = 100;

/** One page of 10,000 resources, each made anew. */
function page(cursor = '0'): object {
  const first = Number(cursor);
  const resources = Array.from({ length: PAGE }, (_, i) => ({
    uri: `file:///shelf/${first + i}`,
    name: `file_${first + i}`,
    mimeType: 'text/plain',
  }));
  const next = first + PAGE;
  return { resources, ...(next < 10_000 && { nextCursor: String(next) }) };
}

function resultOf(method: string, { name, cursor, arguments: given }: Call['params']): object {
  if (method === 'resources/list') return page(cursor);
  const text = name === 'big' ? bigText(given.bytes) : given.message;
  return { content: [{ type: 'text', text }] };
}

// The least that can answer: node:http, one parse, one stringify.
const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as Call;
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: resultOf(method, params) });
    res.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    });
    res.end(text);
  });
});
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port));

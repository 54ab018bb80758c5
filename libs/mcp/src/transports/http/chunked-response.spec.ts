import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ChunkedResponse } from './chunked-response.js';

type Handler = (out: ChunkedResponse, res: ServerResponse, req: IncomingMessage) => void;

describe('A response with chunks', () => {
  let server: Server | undefined;

  /** Starts a server whose only handler writes to a response with sent headers, and returns its port. */
  async function serve(handler: Handler): Promise<number> {
    server = createServer((req, res) => {
      res.writeHead(200);
      res.flushHeaders();
      handler(new ChunkedResponse(res), res, req);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** Everything that a server sends, as it is on the wire. */
  async function received(port: number, version: '1.0' | '1.1', paths = ['/']): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    const last = paths.at(-1);
    for (const path of paths) {
      const end = path === last ? 'Connection: close\r\n' : '';
      socket.write(`GET ${path} HTTP/${version}\r\nHost: localhost\r\n${end}\r\n`);
    }
    return text(socket);
  }

  const bodyOf = (wire: string): string => wire.slice(wire.indexOf('\r\n\r\n') + 4);

  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    if (server) await once(server, 'close');
  });

  it('frames each text by its length, in order with bytes and later turns', async () => {
    const port = await serve((out) => {
      out.write('first');
      out.write(Buffer.from('ümlaut'));
      out.write('x'.repeat(300));
      setImmediate(() => {
        out.write('later');
        out.end();
      });
    });
    expect(bodyOf(await received(port, '1.1'))).toBe(
      `5\r\nfirst\r\n7\r\nümlaut\r\n12c\r\n${'x'.repeat(300)}\r\n5\r\nlater\r\n0\r\n\r\n`,
    );
  });

  it('does not end with an empty text', async () => {
    const port = await serve((out) => {
      out.write('first');
      out.write('');
      out.write('second');
      out.end();
    });
    expect(bodyOf(await received(port, '1.1'))).toBe('5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n');
  });

  it('has no frames for a client of HTTP/1.0', async () => {
    const port = await serve((out) => {
      out.write('first');
      out.write('second');
      out.end();
    });
    expect(bodyOf(await received(port, '1.0'))).toBe('firstsecond');
  });

  it('leaves every text to a library that has replaced the write of the response', async () => {
    const port = await serve((out, res) => {
      const write = res.write.bind(res) as (chunk: string) => boolean;
      res.write = (chunk: unknown) => write(String(chunk).toUpperCase());
      out.write('first');
      out.write('second');
      out.end();
    });
    const response = await fetch(`http://127.0.0.1:${port}`);
    expect(await response.text()).toBe('FIRSTSECOND');
  });

  it('keeps the order of requests that come in one piece', async () => {
    const ends: (() => void)[] = [];
    const port = await serve((out, _res, { url = '' }) => {
      out.write(`of ${url}`);
      ends.push(() => out.end());
      // The second response may not be on the wire before the first one has ended.
      if (ends.length === 2) for (const end of ends) setImmediate(end);
    });
    const wire = await received(port, '1.1', ['/one', '/two']);
    expect([...wire.matchAll(/of \/\w+|0\r\n\r\n/g)].map(([found]) => found)).toEqual([
      'of /one',
      '0\r\n\r\n',
      'of /two',
      '0\r\n\r\n',
    ]);
  });

  it('says when a client reads too slowly, and when it has caught up', async () => {
    const piece = 'p'.repeat(8_000);
    let pieces = 0;
    const port = await serve((out) => {
      const fill = (): void => {
        while (pieces < 2_000) {
          pieces++;
          if (!out.write(piece)) return;
        }
        out.end();
      };
      out.on('drain', fill);
      fill();
    });
    const response = await fetch(`http://127.0.0.1:${port}`);
    expect(pieces).toBeLessThan(2_000);
    expect((await response.text()).length).toBe(2_000 * piece.length);
  });

  it('writes nothing to a connection that is gone, and does not throw', async () => {
    let tell: (sent: boolean) => void = () => undefined;
    const tried = new Promise<boolean>((resolve) => (tell = resolve));
    const port = await serve((out, res) => {
      res.once('close', () => tell(out.write('late')));
      res.destroy();
    });
    await received(port, '1.1').catch(String);
    expect(await tried).toBe(false);
  });
});

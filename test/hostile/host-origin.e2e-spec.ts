import { request } from 'node:http';
import { adapters, stopAll } from '../support/start-app.js';
import { start, type HostileApp } from './hostile.app.js';

/** `undefined`: the header is not sent. */
interface Row {
  readonly host?: string;
  readonly origin?: string;
  readonly allowed: boolean;
}

const verbs = [
  ['POST', '/mcp'],
  ['GET', '/mcp'],
  ['DELETE', '/mcp'],
  ['GET', '/sse'],
  ['POST', '/messages'],
  ['POST', '/stateless'],
] as const;

/** The status of a request with exactly these headers, which `fetch` would not send. */
function statusOf(url: string, method: string, path: string, row: Row): Promise<[number, string]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = {
      ...(row.host !== undefined && { host: row.host.replace('PORT', port) }),
      ...(row.origin !== undefined && { origin: row.origin.replace('PORT', port) }),
    };
    const sent = request({ hostname, port, method, path, headers, setHost: false }, (response) => {
      response.setEncoding('utf8').once('data', (body: string) => {
        resolve([response.statusCode ?? 0, body]);
        response.destroy();
      });
      response.once('end', () => resolve([response.statusCode ?? 0, '']));
    });
    sent.once('error', reject).end();
  });
}

async function expectRows(url: string, rows: readonly Row[]): Promise<void> {
  const refused = {
    host: /^Host '.*' is not allowed\. Add it to allowedHosts/,
    origin: /^Origin '.*' is not allowed\. Add it to allowedOrigins/,
  };
  for (const row of rows) {
    for (const [method, path] of verbs) {
      const [status, body] = await statusOf(url, method, path, row);
      expect({ ...row, method, path, allowed: status !== 403 }).toEqual({ ...row, method, path });
      if (row.allowed) continue;
      const { message } = JSON.parse(body) as { message: string };
      expect(refused.host.test(message) || refused.origin.test(message)).toBe(true);
    }
  }
}

const ownNames: Row[] = [
  { host: '127.0.0.1:PORT', allowed: true },
  { host: '127.0.0.1', allowed: true },
  { host: 'localhost:PORT', allowed: true },
  { host: 'LOCALHOST:PORT', allowed: true },
  { host: 'localhost:1', allowed: true },
  { host: '[::1]:PORT', allowed: true },
  { host: '[::1]', allowed: true },
];
const foreignNames: Row[] = [
  { host: 'evil.example', allowed: false },
  { host: 'evil.example:PORT', allowed: false },
  { host: 'localhost.evil.example', allowed: false },
  { host: 'evil.example#localhost', allowed: false },
  { host: 'evil.example/localhost', allowed: false },
  { host: 'localhost@evil.example', allowed: false },
  { host: '127.0.0.1.evil.example', allowed: false },
  { host: '127.0.0.2', allowed: false },
  { host: 'localhost:PORT:PORT', allowed: false },
  { host: '[::2]:PORT', allowed: false },
  { host: '', allowed: false },
];

describe.each(adapters)('the Host and the Origin of a request on %s', (adapter) => {
  afterEach(stopAll);
  const url = async (options: Parameters<typeof start>[0] = {}): Promise<string> =>
    (await start(options, adapter)).url;

  it('must be those of this machine without configuration, and the origin that of the host', async () => {
    await expectRows(await url(), [
      ...ownNames,
      ...foreignNames,
      { host: 'localhost:PORT', origin: 'http://localhost:PORT', allowed: true },
      { host: '127.0.0.1:PORT', origin: 'http://127.0.0.1:PORT', allowed: true },
      { host: '[::1]:PORT', origin: 'http://[::1]:PORT', allowed: true },
      { host: 'localhost:PORT', origin: 'http://localhost:1', allowed: false },
      { host: 'localhost:PORT', origin: 'http://evil.example', allowed: false },
      { host: 'localhost:PORT', origin: 'http://evil.example:PORT', allowed: false },
      { host: 'localhost:PORT', origin: 'null', allowed: false },
      { host: 'localhost:PORT', origin: '', allowed: false },
      { host: 'localhost:PORT', origin: 'localhost:PORT', allowed: false },
      { host: 'localhost:PORT', origin: 'http://localhost:PORT.evil.example', allowed: false },
      { host: 'localhost:PORT', origin: 'chrome-extension://localhost:PORT', allowed: false },
      { host: 'evil.example:PORT', origin: 'http://evil.example:PORT', allowed: false },
    ]);
  });

  it('must be configured to be another', async () => {
    const allowedOrigins = ['https://app.example', 'http://other.example:8080'];
    await expectRows(await url({ allowedOrigins }), [
      { host: 'localhost:PORT', origin: 'https://app.example', allowed: true },
      { host: 'localhost:PORT', origin: 'https://app.example:443', allowed: true },
      { host: 'localhost:PORT', origin: 'http://app.example', allowed: false },
      { host: 'localhost:PORT', origin: 'https://app.example:8443', allowed: false },
      { host: 'localhost:PORT', origin: 'http://other.example:8080', allowed: true },
      { host: 'localhost:PORT', origin: 'http://other.example', allowed: false },
      { host: 'localhost:PORT', origin: 'https://app.example.evil.example', allowed: false },
      { host: 'localhost:PORT', origin: 'null', allowed: false },
    ]);
  });

  it('may be the configured origins of browser extensions and web views', async () => {
    const allowedOrigins = ['chrome-extension://abc', 'Capacitor://localhost/', 'file://'];
    await expectRows(await url({ allowedOrigins }), [
      { host: 'localhost:PORT', origin: 'chrome-extension://abc', allowed: true },
      { host: 'localhost:PORT', origin: 'Chrome-Extension://ABC', allowed: true },
      { host: 'localhost:PORT', origin: 'chrome-extension://def', allowed: false },
      { host: 'localhost:PORT', origin: 'chrome-extension://abc:1', allowed: false },
      { host: 'localhost:PORT', origin: 'chrome-extension://x@abc', allowed: false },
      { host: 'localhost:PORT', origin: 'chrome-extension://abc/def', allowed: false },
      { host: 'localhost:PORT', origin: 'chrome-extension:abc', allowed: false },
      { host: 'localhost:PORT', origin: 'moz-extension://abc', allowed: false },
      { host: 'localhost:PORT', origin: 'capacitor://localhost', allowed: true },
      { host: 'localhost:PORT', origin: 'http://abc', allowed: false },
      { host: 'localhost:PORT', origin: 'file://', allowed: true },
      { host: 'localhost:PORT', origin: 'file://etc', allowed: false },
      { host: 'localhost:PORT', origin: 'null', allowed: false },
      { host: 'localhost:PORT', origin: 'data:text/html,x', allowed: false },
    ]);
  });

  it('may be any origin where all are allowed', async () => {
    await expectRows(await url({ allowedOrigins: ['*'] }), [
      { host: 'localhost:PORT', origin: 'https://app.example', allowed: true },
      { host: 'localhost:PORT', origin: 'chrome-extension://abc', allowed: true },
      { host: 'evil.example', origin: 'https://app.example', allowed: false },
    ]);
  });

  it.each([
    'a.com',
    'null',
    '',
    'localhost:3000',
    'https://',
    'https://*.example.com',
    'chrome-extension://*',
    '//a.com',
  ])('stop the boot where the allowed origin %j could not be that of a request', async (entry) => {
    const allowedOrigins = ['https://app.example', entry];
    await expect(url({ allowedOrigins })).rejects.toThrow(
      `allowedOrigins: '${entry}' is not an origin, and no request could have it. Write scheme and host`,
    );
  });

  it.each([
    '*',
    '',
    '*.example.com',
    'https://a.com',
    'a.com/mcp',
    'a.com, b.com',
    '::1',
    'münchen.de',
  ])('stop the boot where the allowed host %j could not be that of a request', async (entry) => {
    await expect(url({ allowedHosts: ['a.com', entry] })).rejects.toThrow(
      `allowedHosts: '${entry}' is not a host, and no request could have it. Write each name`,
    );
  });

  it('may be the configured names, and only those', async () => {
    const allowedHosts = ['api.example', 'other.example:8080', '[fd00::1]'];
    await expectRows(await url({ allowedHosts }), [
      { host: 'api.example', allowed: true },
      { host: 'API.example:9', allowed: true },
      { host: 'other.example:8080', allowed: true },
      { host: 'other.example', allowed: false },
      { host: '[fd00::1]:80', allowed: true },
      { host: 'localhost:PORT', allowed: false },
      { host: 'evil.example', allowed: false },
    ]);
  });

  it('may be those of the public URL', async () => {
    await expectRows(await url({ publicUrl: 'https://mcp.example/base' }), [
      { host: 'mcp.example', allowed: true },
      { host: 'mcp.example', origin: 'https://mcp.example', allowed: true },
      { host: 'localhost:PORT', origin: 'https://mcp.example', allowed: true },
      { host: 'localhost:PORT', allowed: true },
      { host: 'localhost:PORT', origin: 'http://mcp.example', allowed: false },
      { host: 'evil.example', allowed: false },
    ]);
  });

  it('are refused by Node if there is no Host', async () => {
    const { url: address }: HostileApp = await start({}, adapter);
    const [status] = await statusOf(address, 'POST', '/mcp', { allowed: false });
    expect([400, 403]).toContain(status);
  });
});

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { explainBootError } from '../../src/boot-error.js';
import { createHttpApp } from '../../src/http.app.js';
import { startReferenceApp } from './reference-app.js';

describe('A boot of the reference app that fails', () => {
  it('names the variables of its address if another program listens there', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const app = await createHttpApp({ logger: false, abortOnError: false });
    const error: unknown = await app.listen(port, '127.0.0.1').catch((reason: unknown) => reason);
    expect(explainBootError(error, `127.0.0.1:${port}`)).toMatch(
      /^Cannot listen on 127\.0\.0\.1:\d+ \(Error: listen EADDRINUSE.*\)\. Set PORT or HOST$/,
    );
    await app.close();
    other.close();
  });

  it('tells any other reason as it is', async () => {
    const environment = { REDIS_URL: 'redis://127.0.0.1:1', STATE_SECRET: 's'.repeat(32) };
    const error = await startReferenceApp(environment).catch((reason: unknown) => reason);
    for (const name of Object.keys(environment)) delete process.env[name];
    expect(explainBootError(error, '127.0.0.1:3000')).toMatch(
      /^backplane: the processes of server/,
    );
    const broken = new TypeError('x is not a function');
    expect(explainBootError(broken, '127.0.0.1:3000')).toBe(broken.stack);
  });
});

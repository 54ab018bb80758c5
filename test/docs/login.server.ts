import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/**
 * What `login.example.com` of the documentation does: it publishes its key, and tells a client with these `credentials`
 * (`id:secret`) about the token `opaque`.
 */
export async function startLoginServer(audience: string, credentials: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }];
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const active = new URLSearchParams(body).get('token') === 'opaque';
      const told = { active, sub: 'anna', scope: 'orders:read', aud: audience };
      const answers: Record<string, object> = {
        'GET /.well-known/jwks.json': { keys },
        ...(request.headers.authorization === authorization && {
          'POST /oauth/introspect': active ? told : { active },
        }),
      };
      const answer = answers[`${request.method} ${request.url}`];
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sign = (): Promise<string> =>
    new SignJWT({ iss: url, aud: audience, sub: 'anna', scope: 'orders:read' })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1m')
      .sign(privateKey);
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url, sign, stop };
}

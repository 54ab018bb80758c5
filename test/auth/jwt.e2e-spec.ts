import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { jwt, McpTool, type JwtOptions, McpContext } from 'nestjs-mcp';
import { startApp, type StartedApp } from '../support/start-app.js';
import { bearer, initialize, postMessage } from './requests.js';

const issuer = 'https://login.example.com';
const audience = 'https://api.example.com';

/** An issuer that publishes keys, and may rotate them or go away. */
class Issuer {
  readonly keys: { kid: string; privateKey: CryptoKey; jwk: JWK }[] = [];
  fetches = 0;
  down = false;
  private readonly server: Server;

  constructor() {
    this.server = createServer((_request, response) => {
      this.fetches++;
      response.writeHead(this.down ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: this.keys.map(({ jwk }) => jwk) }));
    });
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get jwksUri(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/jwks`;
  }

  async addKey(kid: string, algorithm = 'ES256'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
    this.keys.push({ kid, privateKey, jwk });
  }

  /** Publishes an RSA key that is too short for what it is published for. */
  addWeakKey(kid: string): void {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
    this.keys.push({ kid, privateKey: undefined as never, jwk });
  }

  async sign(
    claims: Record<string, unknown> = {},
    kid = this.keys.at(-1)?.kid,
    typ?: string,
  ): Promise<string> {
    const key = this.keys.find((one) => one.kid === kid);
    if (!key) throw new Error(`There is no key ${kid}.`);
    return new SignJWT({ iss: issuer, aud: audience, sub: 'anna', exp: inSeconds(60), ...claims })
      .setProtectedHeader({ alg: key.jwk.alg ?? '', kid, ...(typ !== undefined && { typ }) })
      .sign(key.privateKey);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.closeAllConnections();
      this.server.close(() => resolve());
    });
  }
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

class WhoTools {
  @McpTool()
  whoAmI(context: McpContext) {
    return { ...context.auth };
  }
}

function start(options: Partial<JwtOptions>): Promise<StartedApp> {
  const verifier = jwt({ issuer, audience, ...options });
  return startApp({
    mcp: { name: 'shop', version: '1', auth: { verifier } },
    providers: [WhoTools],
  });
}

function signShared(alg: string, key: string): Promise<string> {
  return new SignJWT({ sub: 'anna' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('1m')
    .setProtectedHeader({ alg })
    .sign(Buffer.from(key));
}

describe('JWT access tokens', () => {
  const keys = new Issuer();
  let app: StartedApp;
  beforeAll(async () => {
    await keys.start();
    await keys.addKey('first');
    app = await start({ jwksUri: keys.jwksUri });
  });
  afterAll(async () => {
    await app.close();
    await keys.stop();
  });

  async function statusOf(token: string, at = app): Promise<number> {
    return (await postMessage(at.url, initialize, bearer(token))).status;
  }

  it('contain the caller and its scopes', async () => {
    const exp = inSeconds(60);
    const token = await keys.sign({ exp, scope: 'read * write', client_id: 'app' });
    const client = await app.connect({ token });
    const { structuredContent } = await client.callTool({ name: 'who_am_i' });
    expect(structuredContent).toEqual({
      subject: 'anna',
      scopes: ['read', 'write'],
      clientId: 'app',
      expiresAt: exp,
      claims: expect.objectContaining({ iss: issuer, sub: 'anna' }),
    });
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.example.com' }],
    ['for another service', { aud: 'https://other.example.com' }],
    ['for nobody in particular', { aud: undefined }],
    ['that has expired', { exp: inSeconds(-1) }],
    ['that is not good yet', { nbf: inSeconds(30) }],
  ])('%s are refused', async (_what, claims) => {
    const response = await postMessage(app.url, initialize, bearer(await keys.sign(claims)));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it.each([1, 3_600])('that expired %d s ago are refused as expired', async (ago) => {
    const token = await keys.sign({ exp: inSeconds(-ago) });
    const response = await postMessage(app.url, initialize, bearer(token));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain(
      'error="invalid_token", error_description="The token has expired"',
    );
  });

  it('that have expired are called invalid all the same where they are for another service, or forged', async () => {
    const exp = inSeconds(-3_600);
    const foreign = await keys.sign({ exp, aud: 'https://other.example.com' });
    const forged = `${(await keys.sign({ exp })).replace(/\.[^.]+$/, '')}.${'A'.repeat(86)}`;
    for (const token of [foreign, forged]) {
      const response = await postMessage(app.url, initialize, bearer(token));
      expect(response.headers.get('www-authenticate')).toContain(
        'error="invalid_token", error_description="The token is not valid"',
      );
    }
  });

  it.each([
    ['a key (cnf)', { cnf: { jkt: 'thumb' } }, undefined],
    ['a certificate (cnf)', { cnf: { 'x5t#S256': 'print' } }, 'at+jwt'],
    ['the proof of another request (dpop+jwt)', {}, 'dpop+jwt'],
    ['the same by its long name', {}, 'application/DPoP+JWT'],
  ])('that are bound to %s are refused as bearer tokens', async (_what, claims, typ) => {
    expect(await statusOf(await keys.sign(claims, 'first', typ))).toBe(401);
    expect(await statusOf(await keys.sign({}, 'first', 'at+jwt'))).toBe(200);
  });

  it('may name this server among others, and with a trailing slash', async () => {
    expect(await statusOf(await keys.sign({ aud: ['https://other.example.com', audience] }))).toBe(
      200,
    );
    expect(await statusOf(await keys.sign({ aud: `${audience}/` }))).toBe(200);
  });

  it('may come from a clock that is slightly ahead', async () => {
    expect(await statusOf(await keys.sign({ nbf: inSeconds(3) }))).toBe(200);
  });

  it('without a subject are refused, and the log says so', async () => {
    expect(await statusOf(await keys.sign({ sub: undefined }))).toBe(403);
    expect(app.log.lines.join('\n')).toMatch(/ERROR .*without a subject/);
  });

  it('without a signature are refused', async () => {
    const unsigned = new UnsecuredJWT({ iss: issuer, aud: audience, sub: 'anna' }).encode();
    expect(await statusOf(unsigned)).toBe(401);
    // With a signature part, and other spellings, as forgers try them.
    const [, payload] = unsigned.split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'first' })).toString('base64url');
      expect(await statusOf(`${header}.${payload}.AA`)).toBe(401);
    }
  });

  it('signed with the published key as if it were a secret are refused', async () => {
    const [{ jwk } = { jwk: undefined }] = keys.keys;
    for (const secret of [JSON.stringify(jwk), String(jwk?.x)]) {
      const forged = await new SignJWT({ sub: 'anna' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('1m')
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .sign(Buffer.from(secret));
      expect(await statusOf(forged)).toBe(401);
    }
  });

  it('signed by a key inside the token are refused', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const forged = await new SignJWT({ sub: 'anna' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(publicKey), kid: 'first' })
      .sign(privateKey);
    expect(await statusOf(forged)).toBe(401);
  });

  it.each(['a.b.c', '..', 'e30.e30.', 'x'.repeat(5_000)])(
    'that are malformed are refused',
    async (token) => {
      expect(await statusOf(token)).toBe(401);
    },
  );

  it('are verified by keys that are fetched once, and again when the issuer rotates them', async () => {
    const fetches = keys.fetches;
    expect(await statusOf(await keys.sign())).toBe(200);
    expect(keys.fetches).toBe(fetches);

    await keys.addKey('second');
    expect(await statusOf(await keys.sign({}, 'second'))).toBe(200);
    expect(keys.fetches).toBe(fetches + 1);
    expect(await statusOf(await keys.sign({}, 'first'))).toBe(200);

    keys.keys.splice(0, 1);
    await keys.addKey('third');
    expect(await statusOf(await keys.sign({}, 'third'))).toBe(200);
    expect(keys.fetches).toBe(fetches + 2);
  });

  it('with invented key ids do not cause requests to the issuer without limit', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const fetches = keys.fetches;
    for (let i = 0; i < 30; i++) {
      const forged = await new SignJWT({ sub: 'anna' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setProtectedHeader({ alg: 'ES256', kid: `invented-${i}` })
        .sign(privateKey);
      expect(await statusOf(forged)).toBe(401);
    }
    expect(keys.fetches - fetches).toBeLessThanOrEqual(5);
  });

  it('without a key id are tried with every matching key', async () => {
    const several = new Issuer();
    await several.start();
    await several.addKey('one');
    await several.addKey('two');
    const other = await start({ jwksUri: several.jwksUri });
    const key = several.keys[1];
    const token = await new SignJWT({ sub: 'anna', exp: inSeconds(60) })
      .setIssuer(issuer)
      .setAudience(audience)
      .setProtectedHeader({ alg: 'ES256' })
      .sign(key?.privateKey as CryptoKey);
    expect(await statusOf(token, other)).toBe(200);
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT({ sub: 'anna' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    expect(await statusOf(forged, other)).toBe(401);
    await other.close();
    await several.stop();
  });

  it('cannot be verified while the keys cannot be fetched, and can be afterwards', async () => {
    const flaky = new Issuer();
    await flaky.start();
    await flaky.addKey('only');
    flaky.down = true;
    const other = await start({ jwksUri: flaky.jwksUri });
    const token = await flaky.sign();
    expect(await statusOf(token, other)).toBe(503);
    flaky.down = false;
    expect(await statusOf(token, other)).toBe(200);
    await other.close();

    const jwksUri = flaky.jwksUri;
    await flaky.stop();
    const lonely = await start({ jwksUri });
    expect(await statusOf(token, lonely)).toBe(503);
    expect(lonely.log.lines.join('\n')).not.toContain(token);
    await lonely.close();
  });

  it('that never expire are refused, unless the server allows them', async () => {
    const endless = await keys.sign({ exp: undefined });
    expect(await statusOf(endless)).toBe(401);
    const other = await start({ jwksUri: keys.jwksUri, requireExpiration: false });
    expect(await statusOf(endless, other)).toBe(200);
    expect(await statusOf(await keys.sign({ exp: inSeconds(-1) }), other)).toBe(401);
    await other.close();
  });

  it('with a published key that is too weak are answered 401 with one line in the log', async () => {
    const careless = new Issuer();
    await careless.start();
    careless.addWeakKey('weak');
    await careless.addKey('strong');
    const other = await start({ jwksUri: careless.jwksUri });
    const named = (header: object) =>
      [header, { iss: issuer, aud: audience, sub: 'anna', exp: inSeconds(60) }, 'signature']
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
    for (let i = 0; i < 3; i++) {
      expect(await statusOf(named({ alg: 'RS256', kid: 'weak' }), other)).toBe(401);
      expect(await statusOf(named({ alg: 'RS256' }), other)).toBe(401);
    }
    expect(other.log.lines.filter((line) => line.includes('ERROR'))).toEqual([
      expect.stringMatching(/published key cannot be used.*2048/),
    ]);
    expect(await statusOf(await careless.sign(), other)).toBe(200);
    await other.close();
    await careless.stop();
  });

  it('may be signed with a secret', async () => {
    const secret = 'thirty-two bytes are long enough';
    const other = await start({ secret });
    expect(await statusOf(await signShared('HS256', secret), other)).toBe(200);
    expect(await statusOf(await signShared('HS512', secret.repeat(2)), other)).toBe(401);
    expect(await statusOf(await signShared('HS256', secret.toUpperCase()), other)).toBe(401);
    await other.close();
  });

  it.each([
    ['no audience', { audience: '' }, /audience is missing/],
    ['no issuer', { issuer: [] }, /issuer is missing/],
    ['no key', {}, /exactly one of jwksUri and secret/],
    ['two keys', { secret: 's', jwksUri: 'https://a.example' }, /exactly one/],
    ['a secret and an asymmetric algorithm', { secret: 's', algorithms: ['RS256'] }, /'RS256'/],
    [
      'published keys and a symmetric algorithm',
      { jwksUri: 'https://a.example', algorithms: ['ES256', 'HS256'] },
      /'HS256'/,
    ],
    ['no algorithm at all', { secret: 's', algorithms: ['none'] }, /'none'/],
    ['a public key for a secret', { secret: '-----BEGIN PUBLIC KEY-----' }, /PEM/],
    ['a clock that may be anywhere', { secret: 's', clockTolerance: 600_000 }, /clockTolerance/],
  ])('are not verified with %s', (_what, options: Partial<JwtOptions>, problem) => {
    expect(() => jwt({ issuer, audience, ...options })).toThrow(problem);
  });
});

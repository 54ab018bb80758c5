import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** A real authorization server on 127.0.0.1. Every user is Anna, who agrees to everything. */
export class AuthorizationServer {
  readonly visits: string[] = [];
  private provider: Provider | undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.visits.push(`${request.method} ${request.url?.split(/[?/](?=[\w-]{20})|\?/)[0]}`);
      void this.answer(request, response);
    });
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Starts to listen, and issues tokens for `resource` with these scopes. */
  async start(resource: string, scopes: readonly string[]): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.provider = new Provider(this.issuer, {
      scopes: ['openid', 'offline_access', ...scopes],
      clientDefaults: { grant_types: ['authorization_code', 'refresh_token'] },
      cookies: { keys: ['only a test'] },
      ttl: { AccessToken: 600, Grant: 600, Session: 600, Interaction: 600, RefreshToken: 600 },
      pkce: { required: () => true },
      rotateRefreshToken: true,
      issueRefreshToken: () => Promise.resolve(true),
      features: {
        devInteractions: { enabled: false },
        registration: { enabled: true },
        introspection: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: scopes.join(' '),
            audience: resource,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      findAccount: (_context, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId }),
      }),
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    });
    this.provider.on('server_error', (_context, error) => this.visits.push(String(error)));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { provider } = this;
    if (!provider) return;
    if (request.url?.startsWith('/interaction/') !== true) {
      await provider.callback()(request, response);
      return;
    }
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      await provider.interactionFinished(request, response, { login: { accountId: 'anna' } });
      return;
    }
    const grant = new provider.Grant({
      accountId: session?.accountId ?? '',
      clientId: String(params['client_id']),
    });
    const scope = String(params['scope']);
    grant.addOIDCScope(scope);
    grant.addResourceScope(String(params['resource']), scope);
    const grantId = await grant.save();
    await provider.interactionFinished(request, response, { consent: { grantId } });
  }
}

/** Opens the URL like a browser, and follows redirects until the client's own redirect URI. Returns its query. */
export async function visit(url: URL, redirectUri: string): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let next = url;
  for (let hops = 0; hops < 10; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) {
      throw new Error(`${next.pathname} was answered ${response.status}: ${await response.text()}`);
    }
    await response.body?.cancel();
    next = new URL(location, next);
    if (next.href.startsWith(redirectUri)) return next.searchParams;
  }
  throw new Error('Too many redirects.');
}

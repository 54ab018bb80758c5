import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { visit } from './authorization.server.js';

/** The client's storage of its user's tokens. */
export class Wallet implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:9/callback';
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'test',
    redirect_uris: [this.redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  } as OAuthClientMetadata;
  opened: URL | undefined;
  kept: OAuthTokens | undefined;
  private client: OAuthClientInformationMixed | undefined;
  private verifier = '';

  /** A refresh token would be tried first and widens nothing, and the client has registered for what it asked for first. */
  beginAnew(): void {
    this.kept = { ...this.kept, refresh_token: undefined } as OAuthTokens;
    this.client = undefined;
  }

  /** Lets the user agree on the page that the client opened, and exchanges the code. Returns the client's request. */
  async agree(transport: StreamableHTTPClientTransport): Promise<URLSearchParams> {
    if (!this.opened) throw new Error('The client opened no page.');
    const answer = await visit(this.opened, this.redirectUrl);
    await transport.finishAuth(answer.get('code') ?? '');
    return this.opened.searchParams;
  }

  clientInformation() {
    return this.client;
  }
  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.client = client;
  }
  tokens() {
    return this.kept;
  }
  saveTokens(tokens: OAuthTokens): void {
    this.kept = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.opened = url;
  }
  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }
  codeVerifier() {
    return this.verifier;
  }
}

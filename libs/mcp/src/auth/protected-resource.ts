import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpModuleOptions } from '../mcp.options.js';
import { originalUrl } from '../platform/node-exchange.js';
import { pathOf } from '../platform/request-path.js';
import { RoutePattern } from '../platform/route-pattern.js';
import { bearerChallenge } from '../access/access-challenge.js';

/** Injection token of the server's `ProtectedResource`. */
export const PROTECTED_RESOURCE = Symbol.for('nestjs-mcp:protected-resource');

/** Injection token of the `ProtectedResource` of one named server. */
export function getProtectedResourceToken(server: string): symbol {
  return Symbol.for(`nestjs-mcp:protected-resource:${server}`);
}

/** The paths of a server in its application. Known once all routes are registered. */
export interface ServerSite {
  /** The server's own routes, prefixes included. */
  paths(): readonly string[];
  /** Whether the application itself serves this path. */
  isTaken(path: string): boolean;
  /** Whether this is the only server of the application. */
  isAlone(): boolean;
}

/** Protected resource metadata (RFC 9728, section 2). */
interface ResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly resource_name: string;
}

const wellKnown = '/.well-known/oauth-protected-resource';

/**
 * Documents of an authorization server, which an MCP server is not. Clients look for them if they find nothing else.
 */
const authorizationServerForms = [
  (path: string) => `/.well-known/oauth-authorization-server${path}`,
  (path: string) => `/.well-known/openid-configuration${path}`,
  (path: string) => `${path}/.well-known/openid-configuration`,
];

/**
 * One server as an OAuth protected resource: its metadata, and the challenges that refer to it. It depends on the
 * configuration only.
 */
export class ProtectedResource {
  /** `undefined` if OAuth is not configured, so that clients do not start an OAuth flow. */
  readonly metadata: ResourceMetadata | undefined;
  private readonly publicPath: string;

  /** Throws `McpConfigurationError` for unusable options. */
  constructor(
    readonly options: McpModuleOptions,
    private readonly site: ServerSite,
  ) {
    const { publicUrl } = options;
    this.publicPath = publicUrl ? new URL(publicUrl).pathname.replace(/\/+$/, '') : '';
    this.metadata = toMetadata(options);
  }

  /** The `WWW-Authenticate` value for a refused request; `scopes` default to all scopes of the configuration. */
  challenge(
    request: object,
    given: { error?: string; description?: string; scopes?: readonly string[] } = {},
  ): string {
    const scopes = given.scopes ?? this.metadata?.scopes_supported ?? [];
    return bearerChallenge({
      realm: this.options.name,
      ...(given.error !== undefined && { error: given.error }),
      ...(given.description !== undefined && { error_description: given.description }),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      ...(this.metadata && { resource_metadata: this.urlFor(request, this.metadata) }),
    });
  }

  /** The response for a path under `/.well-known`; `undefined` if the path does not belong to this server. */
  answer(path: string): ResourceMetadata | 'nothing' | undefined {
    const wanted = path.toLowerCase();
    if (!wanted.includes('/.well-known/')) return undefined;
    const paths = this.site.paths().map((one) => one.toLowerCase());
    const forms = paths.flatMap((one) => [one, `${this.publicPath.toLowerCase()}${one}`]);
    const isOwn = forms.some((form) => new RoutePattern(wellKnown + form).matches(wanted));
    if (isOwn || (wanted === wellKnown && this.site.isAlone())) {
      if (this.metadata) return this.metadata;
      return this.site.isTaken(path) ? undefined : 'nothing';
    }
    const isMissing =
      wanted === wellKnown ||
      forms.some((form) => authorizationServerForms.some((toForm) => wanted === toForm(form)));
    return isMissing && !this.site.isTaken(path) ? 'nothing' : undefined;
  }

  /**
   * The metadata URL for the route of a request. The route is looked up among the known ones: no part of the request
   * goes into the URL.
   */
  private urlFor(request: object, { resource }: ResourceMetadata): string {
    const asked = pathOf(originalUrl(request)).toLowerCase();
    const paths = this.site.paths();
    const own = paths.find((path) => path.toLowerCase() === asked) ?? paths[0] ?? '';
    const suffix = own === '/' ? '' : own;
    return new URL(resource).origin + wellKnown + this.publicPath + suffix;
  }
}

function toMetadata({
  auth,
  publicUrl,
  name,
  title,
}: McpModuleOptions): ResourceMetadata | undefined {
  const resource = auth?.resource ?? publicUrl;
  const servers = auth?.authorizationServers ?? [];
  if (auth?.resource !== undefined) checkUrl('auth.resource', auth.resource);
  if (servers.length === 0) return undefined;
  for (const server of servers) checkUrl('auth.authorizationServers', server);
  if (resource === undefined) {
    throw new McpConfigurationError(
      'auth.authorizationServers',
      'nothing says whom they give tokens for.',
      'Set auth.resource (or publicUrl) to the URL that clients see: https://api.example.com.',
    );
  }
  // A refresh token concerns the client and the authorization server; it is no permission on this server.
  const scopes = auth?.scopesSupported?.filter((scope) => scope !== 'offline_access') ?? [];
  return {
    resource: resource.replace(/\/$/, ''),
    authorization_servers: servers,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    resource_name: title ?? name,
  };
}

function checkUrl(where: string, value: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.hash === '' && !value.includes('#')) return;
  throw new McpConfigurationError(
    where,
    `'${value}' is not an http(s) URL without a fragment.`,
    'Write the whole URL: https://api.example.com.',
  );
}

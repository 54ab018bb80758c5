import type { ServerResponse } from 'node:http';
import { ForbiddenException, type Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HostOriginGuard } from '../auth/host-origin.guard.js';
import { originalUrl } from '../platform/node-exchange.js';
import { pathOf } from '../platform/request-path.js';
import { configureClient, defaultTokenVariable } from '../clients/configure-client.js';
import { MCP_OPTIONS, type McpModuleOptions } from '../mcp.options.js';
import { whenAdapterReady } from '../nest/adapter-host.js';
import { answerBeforeRoutes, type EarlyRequest } from '../platform/answer-before-routes.js';
import { RoutePattern } from '../platform/route-pattern.js';
import type { RunningServer } from '../server/running-server.js';
import { getRunningServerToken, type ServerInside } from '../server/server-inside.js';
import { landingHeaders, toLandingHtml } from './landing-html.js';

/**
 * The response for a browser that opens the path of one MCP server: a short page, or a redirect to the inspector.
 * Clients never get it.
 */
export class LandingPage {
  /** The application's path of the inspector, if it shows this server. */
  inspectorPath: (() => string) | undefined;
  private readonly guard: HostOriginGuard;

  constructor(
    private readonly options: McpModuleOptions,
    private readonly inside: Pick<ServerInside, 'pathsOf' | 'needsToken'>,
  ) {
    this.guard = new HostOriginGuard(options);
  }

  /**
   * A function that answers this request; `undefined` if it is not from a browser, or not for a path of this server.
   */
  find(request: EarlyRequest): ((response: ServerResponse) => void) | undefined {
    if (!isBrowserVisit(request)) return undefined;
    const path = pathOf(request.url ?? '/');
    const transport = (['streamable-http', 'sse'] as const).find((kind) =>
      this.inside.pathsOf(kind).some((own) => new RoutePattern(own).matches(path)),
    );
    if (transport === undefined || !this.admits(request)) return undefined;
    const inspector = this.inspectorPath?.();
    if (inspector !== undefined) {
      const location = `${relativeTo(request.url ?? '/', inspector)}?server=${encodeURIComponent(this.options.name)}`;
      return (response) => {
        response.writeHead(302, { Location: location, Vary: 'Accept', 'Content-Length': 0 }).end();
      };
    }
    const url = this.urlFor(request);
    if (url === undefined) return undefined;
    const { name, title = name } = this.options;
    const needsToken = this.inside.needsToken();
    const { command } = configureClient('claude-code', {
      name,
      transport,
      url,
      ...(needsToken && { tokenVariable: defaultTokenVariable(name) }),
    });
    const html = toLandingHtml({ title, url, command, needsToken });
    return (response) => {
      response.writeHead(200, { ...landingHeaders, 'Content-Length': Buffer.byteLength(html) });
      response.end(html);
    };
  }

  /** Whether host and origin are allowed. Other requests get the answer of the MCP route's guards. */
  private admits(request: EarlyRequest): boolean {
    try {
      this.guard.assertAdmitted(request);
      return true;
    } catch (error) {
      if (error instanceof ForbiddenException) return false;
      throw error;
    }
  }

  /** The URL for clients: under `publicUrl` if it is set, else the one that the browser has used. */
  private urlFor(request: EarlyRequest): string | undefined {
    const { url = '/', headers, socket } = request;
    const { publicUrl } = this.options;
    if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '') + pathOf(url);
    const host = headers.host ?? String(headers[':authority'] ?? '');
    const full = `${'encrypted' in socket ? 'https' : 'http'}://${host}${pathOf(originalUrl(request))}`;
    return URL.canParse(full) ? new URL(full).href : undefined;
  }
}

/** Injection token of the landing page of one named server. */
export function getLandingPageToken(server: string): symbol {
  return Symbol.for(`nestjs-mcp:landing-page:${server}`);
}

/** The provider of the landing page of one named server, which also serves the page. */
export function landingPageProvider(server: string): Provider {
  return {
    provide: getLandingPageToken(server),
    inject: [MCP_OPTIONS, getRunningServerToken(server), HttpAdapterHost],
    useFactory: (
      options: McpModuleOptions,
      { inside }: RunningServer,
      adapterHost: HttpAdapterHost,
    ) => {
      const page = new LandingPage(options, inside);
      whenAdapterReady(adapterHost, (httpAdapter) =>
        answerBeforeRoutes(httpAdapter, (request) => page.find(request)),
      );
      return page;
    },
  };
}

/** Whether the request is a browser's: clients of both HTTP transports accept event streams, and none requests HTML. */
function isBrowserVisit({ method, headers: { accept = '' } }: EarlyRequest): boolean {
  return (
    method === 'GET' && /\btext\/html\b/i.test(accept) && !/\btext\/event-stream\b/i.test(accept)
  );
}

/**
 * A relative reference from the URL to the path, which works behind any proxy prefix. Parameters get the URL's values.
 */
function relativeTo(url: string, path: string): string {
  const [from = '/'] = url.split(/[?#]/, 1);
  const asked = from.split('/');
  const segments = path.split('/').map((one, i) => (one.startsWith(':') ? asked[i] : one));
  return '../'.repeat(asked.length - 2) + segments.slice(1).join('/');
}

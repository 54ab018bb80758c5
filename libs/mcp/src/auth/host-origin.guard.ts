import {
  ForbiddenException,
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { comparableOrigin, readAllowedHosts, readAllowedOrigins } from './allowed-names.js';
import { MCP_OPTIONS, type McpModuleOptions } from '../mcp.options.js';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses requests of rebound DNS names and of foreign pages (specification, "Security Warning" of the HTTP
 * transports): the `Host` must be one of the server's own, and an `Origin`, if present, must be allowed or have that
 * very host. It runs on every MCP route, and can be used on routes of the application that show what the server offers.
 */
@Injectable()
export class HostOriginGuard implements CanActivate {
  /** The last accepted host and the address on which it was accepted: nearly always those of the next request. */
  private lastHost: string | undefined;
  private lastAddress: string | undefined;

  private readonly hosts: readonly string[] | undefined;
  private readonly origins: ReadonlySet<string>;
  private readonly publicOrigin: string | undefined;

  /** Throws `McpConfigurationError` for allowed hosts and origins that no request can have. */
  constructor(@Inject(MCP_OPTIONS) private readonly options: McpModuleOptions) {
    const { allowedHosts, allowedOrigins = [], publicUrl } = options;
    this.hosts = allowedHosts && readAllowedHosts(allowedHosts);
    this.publicOrigin = publicUrl === undefined ? undefined : comparableOrigin(publicUrl);
    this.origins = readAllowedOrigins(allowedOrigins);
  }

  canActivate(context: ExecutionContext): boolean {
    this.assertAdmitted(context.getArgByIndex<IncomingMessage>(0));
    return true;
  }

  /** Throws `ForbiddenException` for a request whose host or origin is not allowed. For routes without guards. */
  assertAdmitted(request: IncomingMessage & { readonly raw?: IncomingMessage }): void {
    const raw = request.raw ?? request;
    const { origin } = raw.headers;
    // HTTP/2 has a pseudo-header in place of `Host` (RFC 9113, 8.3.1).
    const host = raw.headers.host ?? String(raw.headers[':authority'] ?? '');
    const { localAddress } = raw.socket;
    if (host !== this.lastHost || localAddress !== this.lastAddress) {
      this.assertHost(host, localAddress);
      this.lastHost = host;
      this.lastAddress = localAddress;
    }
    if (origin !== undefined && !this.isOwnOrigin(origin, host)) {
      throw new ForbiddenException(
        `Origin '${printable(origin)}' is not allowed. Add it to allowedOrigins of McpModule.`,
      );
    }
  }

  private assertHost(host: string, localAddress: string | undefined): void {
    const hostname = hostnameOf(host);
    const allowed = this.allowedHosts(localAddress);
    if (allowed && !allowed.some((one) => matches(one, host, hostname))) {
      throw new ForbiddenException(
        `Host '${printable(host)}' is not allowed. Add it to allowedHosts of McpModule.`,
      );
    }
  }

  /**
   * The accepted hosts; `undefined` means any. DNS rebinding makes a foreign name point to this machine's loopback
   * address.
   */
  private allowedHosts(localAddress: string | undefined): readonly string[] | undefined {
    const own = this.options.publicUrl ? [new URL(this.options.publicUrl).host] : [];
    if (this.hosts) return [...this.hosts, ...own];
    return isLoopback(localAddress) ? [...loopbackNames, ...own] : undefined;
  }

  private isOwnOrigin(given: string, host: string): boolean {
    const origin = comparableOrigin(given);
    if (this.origins.has('*')) return true;
    if (origin !== undefined && (this.origins.has(origin) || origin === this.publicOrigin))
      return true;
    if (!URL.canParse(given)) return false;
    // The origin of a browser extension has a host, too.
    const { protocol, host: own } = new URL(given);
    return /^https?:$/.test(protocol) && own === host.toLowerCase();
  }
}

/** Whether a host is allowed. A name with a port allows that port only; a name without one allows any. */
function matches(allowed: string, host: string, hostname: string): boolean {
  return allowed === hostname || allowed === host.toLowerCase();
}

function hostnameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function isLoopback(address = ''): boolean {
  return /^(?:::ffff:)?127\./.test(address) || address === '::1';
}

function printable(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

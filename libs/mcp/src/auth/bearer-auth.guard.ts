import {
  ForbiddenException,
  Inject,
  Injectable,
  Optional,
  ServiceUnavailableException,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { ServerLogger } from '../errors/server.logger.js';
import { ModulesContainer } from '@nestjs/core';
import { isMcpRoute } from '../context/mcp-execution-context.js';
import { findShapes, SERVER_SHAPE } from '../discovery/server.shape.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { putVerified } from './principal.js';
import {
  getProtectedResourceToken,
  PROTECTED_RESOURCE,
  type ProtectedResource,
} from './protected-resource.js';
import { setHeader } from '../platform/response.headers.js';

interface BearerRequest {
  headers?: Record<string, string | string[] | undefined>;
  auth?: McpAuth;
  user?: unknown;
}

const named = new Map<string, Type<CanActivate>>();

/**
 * Lets in whom the server's `auth.verifier` knows (RFC 6750, header only), and puts them on `request.auth`. Stands on every
 * MCP route; without `auth` it lets everyone in. Goes on the application's own routes too: `@UseGuards(BearerAuthGuard)`,
 * among several servers `@UseGuards(BearerAuthGuard.of('admin'))`.
 */
@Injectable()
export class BearerAuthGuard implements CanActivate {
  private readonly logger: ServerLogger;

  /** Throws `McpConfigurationError` where it is not clear whose tokens count. */
  constructor(
    @Inject(PROTECTED_RESOURCE) private readonly resource: ProtectedResource,
    @Optional() @Inject(SERVER_SHAPE) ownServer?: unknown,
    @Optional() @Inject(ModulesContainer) modules?: ModulesContainer,
  ) {
    this.logger = new ServerLogger(resource.options.name);
    const servers = ownServer || !modules ? [] : findShapes(modules).map(({ name }) => name);
    if (servers.length > 1) {
      throw new McpConfigurationError(
        'BearerAuthGuard',
        `there are several servers: ${servers.join(', ')}.`,
        `Say whose tokens count: @UseGuards(BearerAuthGuard.of('${servers[0]}')).`,
      );
    }
  }

  /** The guard of one server among several, for the application's own routes. */
  static of(server: string): Type<CanActivate> {
    let guard = named.get(server);
    if (!guard) {
      @Injectable()
      class NamedBearerAuthGuard implements CanActivate {
        private readonly guard: BearerAuthGuard;

        constructor(@Inject(getProtectedResourceToken(server)) resource: ProtectedResource) {
          this.guard = new BearerAuthGuard(resource);
        }

        canActivate(context: ExecutionContext): Promise<boolean> {
          return this.guard.canActivate(context);
        }
      }
      guard = NamedBearerAuthGuard;
      named.set(server, guard);
    }
    return guard;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { auth, guards = [] } = this.resource.options;
    const request = context.switchToHttp().getRequest<BearerRequest>();
    if (!auth?.verifier) {
      // For the guards that come next and know nothing of challenges; taken back when all have agreed.
      if (guards.length > 0 && isMcpRoute(context)) {
        setHeader(context, 'WWW-Authenticate', this.resource.challenge(request));
      }
      return true;
    }
    // Around a primitive the caller is known already; over stdio there is no header to know it by.
    if (context.getType<string>() === 'mcp' && request.auth) return true;
    const token = readToken(request);
    if (token === undefined) {
      if (auth.optional && request.headers?.authorization === undefined) return true;
      throw this.refuse(context, 'A bearer token is required');
    }
    const caller = token === '' ? null : await this.verify(token, request);
    const expired = caller?.expiresAt !== undefined && caller.expiresAt * 1000 <= Date.now();
    if (!caller || expired) {
      const description = expired ? 'The token has expired' : 'The token is not valid';
      throw this.refuse(context, description, 'invalid_token');
    }
    if (!caller.subject) {
      this.logger.error(
        "auth.verifier returned a caller without a subject: refused, because its sessions could be anybody's. Return { subject } for every caller.",
      );
      throw new ForbiddenException('The caller has no subject');
    }
    putVerified(request, caller);
    if (caller.user !== undefined) request.user ??= caller.user;
    return true;
  }

  private async verify(token: string, request: object): Promise<McpAuth | null> {
    try {
      return (await this.resource.options.auth?.verifier?.verify(token, request)) ?? null;
    } catch (error) {
      this.logger.error(
        `auth.verifier failed: ${(error as Error)?.message}`,
        (error as Error)?.stack,
      );
      throw new ServiceUnavailableException('Tokens cannot be verified at the moment');
    }
  }

  /** No `error` where no credentials came (RFC 6750, 3.1). */
  private refuse(
    context: ExecutionContext,
    description: string,
    error?: 'invalid_token',
  ): UnauthorizedException {
    const request = context.switchToHttp().getRequest<object>();
    const challenge = this.resource.challenge(request, error && { error, description });
    setHeader(context, 'WWW-Authenticate', challenge);
    return new UnauthorizedException(description);
  }
}

/** `undefined`: no bearer token came; `''`: what came as one cannot be one (RFC 6750, 2.1). */
function readToken(request: BearerRequest): string | undefined {
  const header = request.headers?.authorization;
  if (typeof header !== 'string' || !/^bearer(?: |$)/i.test(header)) return undefined;
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1] ?? '';
}

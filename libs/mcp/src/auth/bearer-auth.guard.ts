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
import { findShapes, SERVER_SHAPE } from '../discovery/server-shape.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { flawOf, withPlainParts } from '../sessions/caller-flaw.js';
import { confirmCaller, confirmedCaller } from '../sessions/confirmed-caller.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import {
  getProtectedResourceToken,
  PROTECTED_RESOURCE,
  type ProtectedResource,
} from './protected-resource.js';
import { BEARER_TOKEN } from './bearer-token.js';
import { connectionCaller } from './connection-caller.js';
import { isNotedExpired } from './expired-token.js';
import { setHeader } from '../platform/response-headers.js';

interface BearerRequest {
  headers?: Record<string, string | string[] | undefined>;
  auth?: McpAuth;
  user?: unknown;
}

/** Interval in ms within which the same failure of a verifier is logged only once. */
const failureInterval = 1_000;

const named = new Map<string, Type<CanActivate>>();

/**
 * Accepts callers whose bearer token the server's `auth.verifier` confirms (RFC 6750, header only), and sets
 * `request.auth`. It runs on every MCP route; without `auth` it accepts every request. It can also be used on the
 * application's own routes: `@UseGuards(BearerAuthGuard)`, or with several servers
 * `@UseGuards(BearerAuthGuard.of('admin'))`. Around a primitive, and as `visibility`, it accepts the same callers as on
 * a route: those that this very server has confirmed, whatever else is on `request.auth`.
 */
@Injectable()
export class BearerAuthGuard implements CanActivate {
  private readonly logger: ServerLogger;
  private lastFailure = { message: '', at: -Infinity };

  /** Throws `McpConfigurationError` if it is ambiguous which server's tokens are accepted. */
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

  /** The guard of one of several servers, for the application's own routes. */
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
    const request = context.getArgByIndex<BearerRequest>(0);
    const call = context.getArgByIndex<{ readonly request?: object } | undefined>(4);
    const preset = call ? undefined : connectionCaller(request);
    if (preset && !isExpired(preset)) {
      this.admit(preset, request, request);
      return true;
    }
    if (!auth?.verifier) {
      // Set for the guards that run next and send no challenge of their own; removed when all have accepted.
      if (guards.length > 0 && isMcpRoute(context)) {
        setHeader(context, 'WWW-Authenticate', this.resource.challenge(request));
      }
      return true;
    }
    // The caller is recorded for the real request, of which the request of a call is a view.
    const real = call?.request ?? request;
    const known = call && confirmedCaller(this.resource.options.name, real);
    if (known && !isExpired(known)) return true;
    const token = readToken(real);
    if (token === undefined) {
      if (auth.optional && !hasCredentials(real)) return true;
      throw this.refuse(context, 'A bearer token is required');
    }
    const caller = await this.verified(token, real, context);
    // Other calls share the real request, which names their caller.
    this.admit(caller, real, call && request === real ? undefined : request);
    return true;
  }

  /** Records the caller of the real request, and sets it on the request that handlers see. */
  private admit(caller: McpAuth, real: object, seen: BearerRequest | undefined): void {
    confirmCaller(this.resource.options.name, real, caller);
    if (!seen) return;
    seen.auth = caller;
    if (caller.user !== undefined) seen.user ??= caller.user;
  }

  /** The caller of a token. Throws the exception that refuses the request. */
  private async verified(
    token: string,
    request: object,
    context: ExecutionContext,
  ): Promise<McpAuth> {
    let caller: McpAuth | null | undefined;
    try {
      caller =
        token === '' ? null : await this.resource.options.auth?.verifier?.verify(token, request);
    } catch (error) {
      this.reportFailure(error as Error | undefined);
      throw new ServiceUnavailableException('Tokens cannot be verified at the moment');
    }
    const expired = caller ? isExpired(caller) : isNotedExpired(request);
    if (!caller || expired) {
      const description = expired ? 'The token has expired' : 'The token is not valid';
      throw this.refuse(context, description, 'invalid_token');
    }
    const usable = withPlainParts(caller);
    const flaw = flawOf(usable);
    if (!flaw) return usable;
    this.logger.error(`auth.verifier returned a caller ${flaw.problem}: refused. ${flaw.mend}`);
    throw new ForbiddenException(flaw.answer);
  }

  /** Logs the same failure of the verifier once in a while only, because any client can cause it repeatedly. */
  private reportFailure(error: Error | undefined): void {
    const message = String(error?.message);
    const now = performance.now();
    if (message === this.lastFailure.message && now - this.lastFailure.at < failureInterval) return;
    this.lastFailure = { message, at: now };
    this.logger.error(`auth.verifier failed: ${message}`, error?.stack);
  }

  /** Refuses the request. The challenge has no `error` if the request had no credentials (RFC 6750, 3.1). */
  private refuse(
    context: ExecutionContext,
    description: string,
    error?: 'invalid_token',
  ): UnauthorizedException {
    const request = context.getArgByIndex<object>(0);
    const isCall = context.getArgByIndex(4) !== undefined;
    // Inside a call the refusal is a result for the model, and the HTTP response is that of the call.
    if (!isCall) {
      const challenge = this.resource.challenge(request, error && { error, description });
      setHeader(context, 'WWW-Authenticate', challenge);
    }
    return new UnauthorizedException(description);
  }
}

/** Whether the token has expired: a subscription can outlive the request that opened it. */
function isExpired({ expiresAt }: McpAuth): boolean {
  // What is no number is refused in its own words.
  return typeof expiresAt === 'number' && expiresAt * 1_000 <= Date.now();
}

function hasCredentials({ headers }: BearerRequest): boolean {
  return headers?.authorization !== undefined;
}

const credentials = new RegExp(`^bearer +(${BEARER_TOKEN}) *$`, 'i');

/** The bearer token of a request; `undefined` if there is none, `''` for a malformed one (RFC 6750, 2.1). */
function readToken({ headers }: BearerRequest): string | undefined {
  const header = headers?.authorization;
  if (typeof header !== 'string' || !/^bearer(?: |$)/i.test(header)) return undefined;
  return credentials.exec(header)?.[1] ?? '';
}

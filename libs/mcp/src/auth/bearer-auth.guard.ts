import {
  ForbiddenException,
  Inject,
  Injectable,
  Logger,
  ServiceUnavailableException,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { MCP_OPTIONS, type McpModuleOptions } from '../mcp.options.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { bearerChallenge } from './challenge.js';

interface BearerRequest {
  headers?: Record<string, string | string[] | undefined>;
  auth?: McpAuth;
}

/**
 * Lets in whom the server's `auth.verifier` knows (RFC 6750, header only), and puts them on `request.auth`. Stands on every
 * MCP route; without `auth` it lets everyone in. Goes on the application's own routes too: `@UseGuards(BearerAuthGuard)`.
 */
@Injectable()
export class BearerAuthGuard implements CanActivate {
  private readonly logger: Logger;

  constructor(@Inject(MCP_OPTIONS) private readonly options: McpModuleOptions) {
    this.logger = new Logger(`Mcp:${options.name}`);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { auth } = this.options;
    if (!auth?.verifier) return true;
    const request = context.switchToHttp().getRequest<BearerRequest>();
    // A call over stdio has no header, but an identity that the operator gave it.
    if (context.getType<string>() === 'mcp' && request.auth) return true;
    const token = readToken(request);
    if (token === undefined) {
      if (auth.optional && request.headers?.authorization === undefined) return true;
      throw this.refuse(context, 'A bearer token is required');
    }
    const caller = await this.verify(token, request);
    const expired = caller?.expiresAt !== undefined && caller.expiresAt * 1000 <= Date.now();
    if (!caller || expired) {
      throw this.refuse(
        context,
        expired ? 'The token has expired' : 'The token is not valid',
        'invalid_token',
      );
    }
    if (!caller.subject) {
      this.logger.error(
        'auth.verifier returned a caller without a subject. Return { subject } for every caller.',
      );
      throw new ForbiddenException('The caller has no subject');
    }
    request.auth = caller;
    return true;
  }

  private async verify(token: string, request: object): Promise<McpAuth | null> {
    try {
      return (await this.options.auth?.verifier?.verify(token, request)) ?? null;
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
    setHeader(
      context,
      'WWW-Authenticate',
      bearerChallenge({
        realm: this.options.name,
        ...(error && { error, error_description: description }),
      }),
    );
    return new UnauthorizedException(description);
  }
}

function readToken(request: BearerRequest): string | undefined {
  const header = request.headers?.authorization;
  const match = typeof header === 'string' ? /^Bearer +([\w.~+/-]+=*) *$/i.exec(header) : null;
  return match?.[1];
}

/** Express' response, Fastify's reply and the stand-in of a call have different names for it. */
function setHeader(context: ExecutionContext, name: string, value: string): void {
  const response = context.switchToHttp().getResponse<{
    setHeader?: (name: string, value: string) => unknown;
    header?: (name: string, value: string) => unknown;
  }>();
  if (typeof response?.header === 'function') response.header(name, value);
  else response?.setHeader?.(name, value);
}

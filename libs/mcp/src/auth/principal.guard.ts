import {
  ForbiddenException,
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { McpModuleOptions } from '../mcp.options.js';
import { flawOf, withPlainParts } from '../sessions/caller-flaw.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { ServerLogger } from '../errors/server.logger.js';
import { UnusableCallerError, principalOf } from './principal.js';
import { PROTECTED_RESOURCE, type ProtectedResource } from './protected-resource.js';
import { removeHeader } from '../platform/response-headers.js';

/** A property of the request itself: a weak map would cost more than all the rest of the guard. */
const principalKey = Symbol.for('nestjs-mcp:principal');

/** The caller of a request; `undefined`: anonymous. Known once `PrincipalGuard` has run. */
export function authOf(request: object): McpAuth | undefined {
  return (request as { [principalKey]?: McpAuth })[principalKey];
}

/**
 * The same for a request of the application's own routes on which its guards have run. A caller that cannot
 * be used counts as anonymous.
 */
export function findPrincipal(request: object, options: McpModuleOptions): McpAuth | undefined {
  try {
    return readPrincipal(request, options);
  } catch (error) {
    if (error instanceof UnusableCallerError) return undefined;
    throw error;
  }
}

function readPrincipal(request: object, { auth }: McpModuleOptions): McpAuth | undefined {
  if (!auth?.principal) return principalOf(request);
  const found = auth.principal(request);
  if (!found) return undefined;
  const principal = withPlainParts(found);
  const flaw = flawOf(principal);
  if (!flaw) return principal;
  const message = `auth.principal returned a caller ${flaw.problem}`;
  throw new UnusableCallerError(message, flaw.mend, flaw.answer);
}

/** The last guard of every MCP route. It determines the caller from the result of the guards before it. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  private readonly logger: ServerLogger;

  constructor(@Inject(PROTECTED_RESOURCE) private readonly resource: ProtectedResource) {
    this.logger = new ServerLogger(resource.options.name);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.getArgByIndex<{ [principalKey]?: McpAuth }>(0);
    const principal = this.read(request);
    if (principal) request[principalKey] = principal;
    removeHeader(context, 'WWW-Authenticate');
    return true;
  }

  private read(request: object): McpAuth | undefined {
    try {
      return readPrincipal(request, this.resource.options);
    } catch (error) {
      if (!(error instanceof UnusableCallerError)) throw error;
      this.logger.error(`${error.message}: refused. ${error.mend}`);
      throw new ForbiddenException(error.answer);
    }
  }
}

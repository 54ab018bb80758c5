import {
  ForbiddenException,
  Inject,
  Injectable,
  Logger,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { MCP_OPTIONS, type McpModuleOptions } from '../mcp.options.js';
import type { McpAuth } from '../sessions/mcp-auth.js';
import { NoSubjectError, principalOf } from './principal.js';

const principals = new WeakMap<object, McpAuth>();

/** Who the guards found behind a request; `undefined`: anonymous. Known once `PrincipalGuard` has run. */
export function authOf(request: object): McpAuth | undefined {
  return principals.get(request);
}

/** The last guard of every MCP route: settles who calls, from whatever the guards before it found. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  private readonly logger: Logger;

  constructor(@Inject(MCP_OPTIONS) private readonly options: McpModuleOptions) {
    this.logger = new Logger(`Mcp:${options.name}`);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<object>();
    const principal = this.read(request);
    if (principal) principals.set(request, principal);
    return true;
  }

  private read(request: object): McpAuth | undefined {
    try {
      const principal = (this.options.auth?.principal ?? principalOf)(request as never);
      if (principal && !principal.subject)
        throw new NoSubjectError('auth.principal returned no subject');
      return principal;
    } catch (error) {
      if (!(error instanceof NoSubjectError)) throw error;
      this.logger.error(
        `${error.message}: refused, because its sessions could be anybody's. Set auth.principal to say who a request belongs to.`,
      );
      throw new ForbiddenException('The caller has no subject');
    }
  }
}

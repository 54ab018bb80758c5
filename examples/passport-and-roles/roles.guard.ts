import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { User } from './jwt.strategy.js';

export const Roles = Reflector.createDecorator<string[]>();

/** Lets in users with one of the roles. It knows nothing of MCP. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const wanted = this.reflector.getAllAndOverride(Roles, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { user } = context.switchToHttp().getRequest<{ user?: User }>();
    return !wanted || wanted.some((role) => user?.roles.includes(role));
  }
}

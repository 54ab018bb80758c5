import {
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';

/** Lets in who sends the key of the team. It knows nothing of MCP. */
@Injectable()
export class TeamKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<Request>();
    if (headers['x-team-key'] === (process.env.TEAM_KEY ?? 'let-me-in')) return true;
    throw new UnauthorizedException('The header X-Team-Key is missing or wrong.');
  }
}

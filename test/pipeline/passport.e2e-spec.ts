import {
  Controller,
  Get,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { McpContext, McpTool } from 'nestjs-mcp';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { post } from '../../libs/mcp/test/wire.js';
import {
  adapters,
  startApp,
  stopAll,
  type StartOptions,
  type StartedApp,
} from '../support/start-app.js';

const secret = 'a secret of at least thirty-two bytes';
const Roles = (...roles: string[]) => SetMetadata('roles', roles);

interface User {
  id: string;
  roles: string[];
}

@Injectable()
class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: secret });
  }

  validate(payload: { sub: string; roles: string[] }): User {
    return { id: payload.sub, roles: payload.roles };
  }
}

@Injectable()
class JwtAuthGuard extends AuthGuard('jwt') {}

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const wanted = this.reflector.getAllAndOverride<string[] | undefined>('roles', [
      context.getHandler(),
      context.getClass(),
    ]);
    const { user } = context.switchToHttp().getRequest<{ user: User }>();
    return wanted === undefined || wanted.some((role) => user.roles.includes(role));
  }
}

@Injectable()
@Roles('member')
@UseGuards(RolesGuard)
class Reports {
  @McpTool()
  read(context: McpContext): string {
    return `read by ${context.auth?.subject}`;
  }

  @McpTool()
  @Roles('admin')
  drop(): string {
    return 'dropped';
  }
}

@Controller('reports')
class ReportsController {
  @Get()
  @McpTool()
  @UseGuards(JwtAuthGuard, RolesGuard)
  @Roles('admin')
  list(): string {
    return 'listed';
  }
}

const application: StartOptions = {
  imports: [PassportModule, JwtModule.register({ secret })],
  providers: [JwtStrategy, JwtAuthGuard, RolesGuard, Reports],
  controllers: [ReportsController],
};

const token = ({ app }: StartedApp, sub: string, ...roles: string[]) => ({
  authorization: `Bearer ${app.get(JwtService).sign({ sub, roles })}`,
});
const textOf = (result: unknown): string =>
  (result as { content: { text: string }[] }).content[0]?.text ?? '';

describe.each(adapters)("passport's AuthGuard('jwt') on %s", (adapter) => {
  afterEach(stopAll);

  it('runs on every MCP route, and its user is the caller', async () => {
    const mcp = { guards: [JwtAuthGuard], imports: [PassportModule] };
    const app = await startApp({ ...application, adapter, mcp });
    for (const path of ['mcp', 'messages']) {
      expect((await post(`${app.url}/${path}`, {})).status).toBe(401);
    }
    expect((await fetch(`${app.url}/sse`)).status).toBe(401);
    const forged = {
      authorization: `Bearer ${app.app.get(JwtService).sign({ sub: 'eve' }, { secret: 'another' })}`,
    };
    expect((await post(`${app.url}/mcp`, {}, forged)).status).toBe(401);
    const client = await app.connect({ headers: token(app, 'ann', 'member') });
    expect(textOf(await client.callTool({ name: 'read' }))).toBe('read by ann');
    await client.close();
  });

  it('lets a RolesGuard read the metadata of the method and of its class', async () => {
    const mcp = { guards: [JwtAuthGuard], imports: [PassportModule] };
    const app = await startApp({ ...application, adapter, mcp });
    const can = async (name: string, ...roles: string[]): Promise<boolean> => {
      const client = await app.connect({ headers: token(app, 'ann', ...roles) });
      const result = await client.callTool({ name });
      await client.close();
      if (result.isError) expect(textOf(result)).toBe('Forbidden resource');
      return result.isError !== true;
    };
    expect(await can('read', 'member')).toBe(true);
    expect(await can('read', 'guest')).toBe(false);
    expect(await can('drop', 'member')).toBe(false);
    expect(await can('drop', 'admin')).toBe(true);
    expect(await can('list', 'admin')).toBe(true);
    expect(await can('list', 'member')).toBe(false);
  });

  it('runs on a single tool, as on the route of the same method', async () => {
    const app = await startApp({ ...application, adapter });
    const anonymous = await app.connect();
    const refused = await anonymous.callTool({ name: 'list' });
    expect(refused).toMatchObject({ isError: true, _meta: { 'nestjs-mcp/status': 401 } });
    expect(textOf(refused)).toBe('Unauthorized');
    expect((await fetch(`${app.url}/reports`)).status).toBe(401);
    const admin = token(app, 'ann', 'admin');
    const client = await app.connect({ headers: admin });
    expect(textOf(await client.callTool({ name: 'list' }))).toBe('listed');
    expect(await (await fetch(`${app.url}/reports`, { headers: admin })).text()).toBe('listed');
    await Promise.all([anonymous.close(), client.close()]);
  });
});

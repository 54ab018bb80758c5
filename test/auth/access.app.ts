import {
  Controller,
  Get,
  Injectable,
  Req,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  BearerAuthGuard,
  InjectMcpServer,
  McpGroup,
  McpModule,
  McpPrompt,
  McpResource,
  McpTool,
  type McpAuthOptions,
  type McpServerRef,
} from 'nestjs-mcp';
import {
  startApp,
  type HttpWay,
  type StartedApp,
  type StartOptions,
} from '../support/start-app.js';

/** The roles that a method needs, as applications declare them. */
export const Roles = (...roles: string[]) => SetMetadata('roles', roles);

/** As applications write it for their routes. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const required = this.reflector.getAllAndOverride<string[] | undefined>('roles', [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!required) return true;
    const { user } = context.switchToHttp().getRequest<{ user: { roles: string[] } }>();
    return required.some((role) => user.roles.includes(role));
  }
}

/** Primitives with scopes of the class and of a method. */
@McpGroup('orders', { scopes: ['orders'] })
export class Orders {
  @McpTool({ scopes: ['write'] })
  cancel() {
    return 'cancelled';
  }

  @McpTool()
  find() {
    return 'found';
  }

  @McpResource('orders://all', { name: 'all' })
  all() {
    return 'all orders';
  }

  @McpResource('orders://by/{id}', { name: 'one' })
  one() {
    return 'an order';
  }

  @McpPrompt()
  review() {
    return 'Review the orders.';
  }
}

@UseGuards(BearerAuthGuard)
@Controller('tools')
class ToolsController {
  constructor(@InjectMcpServer() private readonly server: McpServerRef) {}

  @Get()
  async list(@Req() request: object) {
    return (await this.server.tools.visibleTo(request)).map(({ name }) => name);
  }
}

const people: Record<string, { subject: string; scopes: string[]; user: object }> = {
  boss: { subject: 'boss', scopes: ['orders', 'write', 'names'], user: { roles: ['boss'] } },
  clerk: { subject: 'clerk', scopes: ['orders'], user: { roles: [] } },
  guest: { subject: 'guest', scopes: [], user: { roles: [] } },
};
/** The tokens `boss`, `clerk` and `guest`, of people with fewer and fewer scopes and roles. */
export const auth: McpAuthOptions = {
  verifier: { verify: (token) => Promise.resolve(people[token] ?? null) },
  optional: true,
};

interface Started extends Pick<StartOptions, 'adapter' | 'providers'> {
  auth?: McpAuthOptions;
  visibility?: NonNullable<Parameters<typeof McpModule.forRoot>[0]['visibility']>;
}

/** Starts a server whose callers are those of `auth`. */
export function start({ adapter, providers = [Orders], ...options }: Started = {}) {
  return startApp({
    mcp: { name: 'shop', version: '1', auth, ...options },
    adapter,
    providers,
    controllers: [ToolsController],
  });
}

/** The names of everything that a caller sees: tools, resources, templates, prompts. */
export async function listsOf(app: StartedApp, over: HttpWay, token?: string) {
  const client = await app.connect({ over, token });
  const { tools } = await client.listTools();
  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();
  const { prompts } = await client.listPrompts();
  return [...tools, ...resources, ...resourceTemplates, ...prompts].map(({ name }) => name);
}

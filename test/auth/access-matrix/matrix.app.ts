import {
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  BearerAuthGuard,
  McpCompletion,
  McpModule,
  McpParam,
  McpPrompt,
  McpResource,
  McpTool,
  isMcpRoute,
  sse,
  streamableHttp,
  type McpAuth,
  type McpVisibility,
  type TokenVerifier,
} from 'nestjs-mcp';
import { startApp, type Adapter } from '../../support/start-app.js';
import type { Kind, Mode } from './matrix.rules.js';

/** What every handler answers. */
export const answer = 'the handler has run';

/** How many handlers have run since the process began. */
export const runs = { count: 0 };

function run(): string {
  runs.count += 1;
  return answer;
}

/** Who is behind the tokens of the servers `user` and `plain`. */
const users: Record<string, McpAuth> = {
  weak: { subject: 'weak', scopes: [] },
  right: { subject: 'right', scopes: ['orders'] },
  both: { subject: 'both', scopes: ['orders'] },
  less: { subject: 'both', scopes: [] },
  expired: { subject: 'right', scopes: ['orders'], expiresAt: 1 },
};

/** Who is behind the tokens of the server `admin`. */
const admins: Record<string, McpAuth> = {
  both: { subject: 'both', scopes: ['orders'] },
  stranger: { subject: 'right', scopes: ['orders'] },
};

function verifierOf(callers: Record<string, McpAuth>): TokenVerifier {
  return { verify: (token) => Promise.resolve(callers[token] ?? null) };
}

function isTrusted(context: ExecutionContext): boolean {
  const { auth } = context.switchToHttp().getRequest<{ auth?: McpAuth }>();
  return auth?.subject === 'right' || auth?.subject === 'both';
}

@Injectable()
class TrustedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return isTrusted(context);
  }
}

/** Leaves the routes of the servers to their own checks. */
@Injectable()
class GlobalGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return isMcpRoute(context) || isTrusted(context);
  }
}

interface Declared {
  scopes?: string[];
  visibility?: McpVisibility;
  guard?: Type<CanActivate>;
}

const declared: Record<Kind, Declared> = {
  open: {},
  scoped: { scopes: ['orders'] },
  hidden: { visibility: isTrusted },
  hidden_scoped: { visibility: isTrusted, scopes: ['never'] },
  hidden_by_admin: { visibility: BearerAuthGuard.of('admin') },
  guarded: { guard: TrustedGuard },
  guarded_by_admin: { guard: BearerAuthGuard.of('admin') },
};

/** One primitive of each sort, with completions, all declared alike. */
function createHost(kind: Kind, { guard, ...access }: Declared): Type<unknown> {
  const servers = ['user', 'plain'];
  const template = `data://each/${kind}/{id}`;

  @UseGuards(...(guard ? [guard] : []))
  class Host {
    @McpTool({ name: kind, servers, task: 'optional', ...access })
    tool() {
      return run();
    }

    @McpResource(`data://fixed/${kind}`, { name: `fixed_${kind}`, servers, ...access })
    fixed() {
      return run();
    }

    @McpResource(template, { name: `each_${kind}`, servers, ...access })
    each() {
      return run();
    }

    @McpPrompt({ name: kind, servers, ...access })
    prompt(@McpParam('who') _who: string) {
      return run();
    }

    @McpCompletion({ prompt: kind, argument: 'who', servers })
    names() {
      return [run()];
    }

    @McpCompletion({ resource: template, argument: 'id', servers })
    ids() {
      return [run()];
    }
  }
  return Host;
}

/** Three servers in one application: `user` keeps sessions, `plain` is stateless, and `admin` has other callers. */
export function startMatrixApp(adapter: Adapter, mode: Mode) {
  const optional = mode !== 'required auth';
  const listUnscoped = mode === 'listUnscoped';
  const transports = {
    user: [streamableHttp(), sse()],
    plain: [streamableHttp({ stateless: true })],
    admin: [streamableHttp()],
  };
  return startApp({
    mcp: false,
    adapter,
    imports: (['user', 'plain', 'admin'] as const).map((name) =>
      McpModule.forRoot({
        name,
        prefix: name,
        version: '1',
        transports: transports[name],
        auth:
          name === 'admin'
            ? { verifier: verifierOf(admins) }
            : { verifier: verifierOf(users), optional, listUnscoped },
      }),
    ),
    providers: [
      ...(Object.keys(declared) as Kind[]).map((kind) => createHost(kind, declared[kind])),
      ...(mode === 'a global guard' ? [{ provide: APP_GUARD, useClass: GlobalGuard }] : []),
    ],
  });
}

import {
  Catch,
  Injectable,
  Module,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  BearerAuthGuard,
  InjectMcpServer,
  InvalidInputException,
  isMcpCall,
  McpConfigurationError,
  McpContext,
  McpException,
  McpGroup,
  McpModule,
  McpParam,
  McpPrompt,
  McpResource,
  McpTool,
  sse,
  staticTokens,
  streamableHttp,
  user,
  type McpServerRef,
} from 'nestjs-mcp';

// A feature library that brings its own copy of this package, with all that such a library may use of it.

export class Greeting {
  @IsString()
  name!: string;
}

@Injectable()
export class CallsOnly implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return isMcpCall(context);
  }
}

@Catch(McpException)
export class FeatureFilter implements ExceptionFilter {
  catch(exception: McpException, host: ArgumentsHost): string | undefined {
    return exception.message === 'of the application' && isMcpCall(host)
      ? `the library caught: ${exception.message}`
      : undefined;
  }
}

@Injectable()
@McpGroup('feature')
export class FeatureService {
  constructor(@InjectMcpServer('application') readonly server: McpServerRef) {}

  @McpTool()
  greet({ name }: Greeting, context: McpContext): object {
    return {
      greeting: `Hello ${name}`,
      era: context.era,
      isContext: context instanceof McpContext,
    };
  }

  @McpTool()
  fail(): never {
    throw new McpException('of the library', { data: { from: 'library' }, status: 409 });
  }

  @McpTool()
  refuse(): never {
    throw new InvalidInputException(['name: is not a name']);
  }

  @McpTool({ scopes: ['feature:write'] })
  who(context: McpContext): string {
    return context.auth?.subject ?? 'nobody';
  }

  @McpTool()
  count(): number {
    return this.server.tools.list().length;
  }

  @McpResource('feature://{word}')
  read(@McpParam('word') word: string): string {
    return word;
  }

  @McpPrompt()
  failingPrompt(): never {
    throw new McpException('of the library', { code: -32050 });
  }

  @McpPrompt()
  welcome() {
    return [user('Welcome')];
  }
}

@Module({ providers: [FeatureService], exports: [FeatureService] })
export class FeatureModule {}

/** A server of the library's own, made by its own copy of the package. */
export const FeatureServer = McpModule.forRoot({
  name: 'feature',
  version: '1.0.0',
  prefix: 'feature',
  include: [],
});

export const transports = [streamableHttp(), sse()];

export const featureGuard: unknown = BearerAuthGuard;

/** The error of a wrong option, as the library's copy throws it. */
export function wrongOption(): unknown {
  try {
    return staticTokens('');
  } catch (error) {
    return error;
  }
}

export { McpConfigurationError };

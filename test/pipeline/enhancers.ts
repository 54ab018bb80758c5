import {
  Injectable,
  Scope,
  type CallHandler,
  type ExceptionFilter,
  type ArgumentsHost,
  type ArgumentMetadata,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { isMcpCall, McpExecutionContext } from 'nestjs-mcp';
import { map, type Observable } from 'rxjs';

/** What ran in a call, in order. A provider, so that an enhancer which was not built by Nest cannot write to it. */
@Injectable()
export class Trace {
  static steps: string[] = [];
  static instances = new Set<object>();

  add(step: string, by: object): void {
    Trace.steps.push(step);
    Trace.instances.add(by);
  }

  static take(): { steps: string[]; instances: Set<object> } {
    const taken = { steps: Trace.steps, instances: Trace.instances };
    Trace.steps = [];
    Trace.instances = new Set();
    return taken;
  }
}

/** One enhancer of each kind. */
export interface EnhancerSet {
  readonly guard: Type<CanActivate>;
  readonly interceptor: Type<NestInterceptor>;
  readonly pipe: Type<PipeTransform>;
  readonly filter: Type<ExceptionFilter>;
}

/** The four kinds as classes of a scope, each with a dependency. */
export function createEnhancers(scope: Scope): EnhancerSet {
  @Injectable({ scope })
  class TracingGuard implements CanActivate {
    constructor(private readonly trace: Trace) {}

    canActivate(context: ExecutionContext): boolean {
      if (!isMcpCall(context)) return true;
      this.trace.add('guard', this);
      const { word } = McpExecutionContext.create(context).getInput<{ word?: string }>();
      return word !== undefined && !word.startsWith('deny');
    }
  }

  @Injectable({ scope })
  class TracingInterceptor implements NestInterceptor {
    constructor(private readonly trace: Trace) {}

    intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
      if (!isMcpCall(context)) return next.handle();
      this.trace.add('interceptor before', this);
      return next.handle().pipe(
        map((value) => {
          this.trace.add('interceptor after', this);
          return `${String(value)}+intercepted`;
        }),
      );
    }
  }

  @Injectable({ scope })
  class TracingPipe implements PipeTransform {
    constructor(private readonly trace: Trace) {}

    transform(value: unknown, metadata: ArgumentMetadata): unknown {
      if (metadata.data !== 'word') return value;
      this.trace.add('pipe', this);
      return `${String(value)}+piped`;
    }
  }

  @Injectable({ scope })
  class TracingFilter implements ExceptionFilter {
    constructor(private readonly trace: Trace) {}

    catch(exception: Error, host: ArgumentsHost): string | undefined {
      if (!isMcpCall(host)) throw exception;
      this.trace.add('filter', this);
      return exception.message === 'boom' ? 'filtered' : undefined;
    }
  }

  return {
    guard: TracingGuard,
    interceptor: TracingInterceptor,
    pipe: TracingPipe,
    filter: TracingFilter,
  };
}

/** The same as instances, made without Nest. */
export function instancesOf(set: EnhancerSet): {
  guard: CanActivate;
  interceptor: NestInterceptor;
  pipe: PipeTransform;
  filter: ExceptionFilter;
} {
  const trace = new Trace();
  return {
    guard: new set.guard(trace),
    interceptor: new set.interceptor(trace),
    pipe: new set.pipe(trace),
    filter: new set.filter(trace),
  };
}

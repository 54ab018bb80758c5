import type { LoggerService } from '@nestjs/common';
import type { McpCall } from '../context/mcp-call.js';
import { McpContext } from '../context/mcp-context.js';
import type { BootAdvice } from '../errors/boot-advice.js';
import { McpConfigurationError } from '../errors/configuration.error.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { AccessGate } from '../access/access-gate.js';
import type { TargetTable } from '../access/primitive-access.js';
import { toPublicError } from '../primitives/public-error.js';
import type { McpHandler, McpPrimitive, McpPrimitiveOptions } from '../primitives/mcp.primitive.js';
import type { MethodTable } from '../primitives/method-table.js';
import type { DeclaredPrimitive, PrimitiveKind } from '../primitives/primitive-kind.js';
import { PrimitiveRegistry } from '../primitives/primitive.registry.js';
import {
  checkTargets,
  type CompletedArgument,
  type CompletionSources,
} from './completion-targets.js';
import { valuesOf } from './derived-values.js';
import { completionDeclarationsOf, type McpCompletionOptions } from './mcp-completion.decorator.js';

interface CompletionPrimitive extends McpPrimitive {
  readonly handler: McpHandler;
  readonly target: CompletedArgument;
  /** ms */
  readonly timeout?: number;
}

type Declared = McpCompletionOptions & McpPrimitiveOptions;

const most = 100;
const maxValueLength = 8_192;

/** The completions of one server: `completion/complete` (specification, server/utilities/completion). */
export class CompletionMethods implements PrimitiveKind<Declared> {
  readonly noun = 'completion';
  readonly takesText = true;
  readonly declarationsOf = completionDeclarationsOf;
  readonly methods: MethodTable = {
    'completion/complete': (params, call) => this.complete(params, call),
  };
  readonly targets: TargetTable = {
    'completion/complete': (params) => {
      const asked = read(params);
      return asked ? this.declared(asked.target) : [];
    },
  };
  private readonly registry = new PrimitiveRegistry<CompletionPrimitive>('completion of');

  constructor(
    private readonly logger: LoggerService,
    private readonly gate: AccessGate,
    private readonly sources: CompletionSources,
    private readonly advice: BootAdvice,
  ) {}

  add({ where, options, handler, access }: DeclaredPrimitive<Declared>): () => void {
    const target = targetOf(options, where);
    const { timeout } = options;
    return this.registry.add({
      key: keyOf(target),
      where,
      access,
      definition: {},
      handler,
      target,
      timeout,
    });
  }

  /** Throws for arguments that do not exist; warns of prompts and templates that do not exist (yet). */
  checkNames(): void {
    checkTargets(this.registry.all(), this.sources, this.advice);
  }

  get primitives(): readonly CompletionPrimitive[] {
    return this.registry.all();
  }

  get size(): number {
    return this.registry.size;
  }

  capabilities(): Record<string, object> {
    return { completions: {} };
  }

  /** Does nothing: clients are not notified of changed completions. */
  onChange(): void {
    return undefined;
  }

  private async complete(
    params: Readonly<Record<string, unknown>>,
    call: McpCall,
  ): Promise<object> {
    const asked = read(params);
    if (!asked) {
      throw new ProtocolError(
        ErrorCode.invalidParams,
        'ref must be { type: "ref/prompt", name } or { type: "ref/resource", uri }, argument { name, value }',
      );
    }
    const { target, value, context } = asked;
    const input = await this.sources[target.kind].inputFor(target.key, call);
    if (!input) {
      throw new ProtocolError(
        ErrorCode.invalidParams,
        `Unknown ${target.kind}: ${target.key.slice(0, 128)}`,
      );
    }
    const completion = await this.gate.admit(this.declared(target), call);
    const values = completion
      ? await this.run(completion, value, context, call)
      : valuesOf(input, target.argument, value);
    return {
      completion: {
        values: values.slice(0, most),
        total: values.length,
        hasMore: values.length > most,
      },
    };
  }

  private declared(target: CompletedArgument): CompletionPrimitive[] {
    const completion = this.registry.get(keyOf(target));
    return completion ? [completion] : [];
  }

  private async run(
    { key, where, handler, timeout }: CompletionPrimitive,
    value: string,
    given: Readonly<Record<string, string>>,
    call: McpCall,
  ): Promise<string[]> {
    if (timeout !== undefined) call.limitTime(timeout);
    const primitive = { kind: 'completion', name: key } as const;
    const context = new McpContext(call, { primitive, arguments: given });
    try {
      const values = await handler({ value }, context, call);
      if (Array.isArray(values)) return values.map(String);
      throw new TypeError('a completion returns a list of texts.');
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const { message, code, data, body } = toPublicError(error, this.logger, where, call.signal);
      throw new ProtocolError(code ?? ErrorCode.internalError, message, data ?? body);
    }
  }
}

function targetOf(options: Declared, where: string): CompletedArgument {
  const { argument } = options;
  if ('prompt' in options) return { kind: 'prompt', key: options.prompt, argument };
  if ('resource' in options) return { kind: 'resource', key: options.resource, argument };
  throw new McpConfigurationError(
    where,
    'nothing says what is completed.',
    "Write @McpCompletion({ prompt: 'name', argument }) or @McpCompletion({ resource: 'db://{table}', argument }).",
  );
}

function keyOf({ kind, key, argument }: CompletedArgument): string {
  return `${kind} ${key}: ${argument}`;
}

/** Reads the argument and its reference from a request; `undefined` if the request does not have that form. */
function read(
  params: Readonly<Record<string, unknown>>,
): { target: CompletedArgument; value: string; context: Record<string, string> } | undefined {
  const ref = (params.ref ?? {}) as { type?: unknown; name?: unknown; uri?: unknown };
  const { name, value } = (params.argument ?? {}) as { name?: unknown; value?: unknown };
  const kind = ref.type === 'ref/prompt' ? 'prompt' : 'resource';
  const key = kind === 'prompt' ? ref.name : ref.uri;
  const known = ref.type === 'ref/prompt' || ref.type === 'ref/resource';
  if (!known || typeof key !== 'string' || typeof name !== 'string' || typeof value !== 'string') {
    return undefined;
  }
  const { arguments: given } = (params.context ?? {}) as { arguments?: unknown };
  const context = Object.fromEntries(
    Object.entries(typeof given === 'object' && given !== null ? given : {}).filter(
      ([, one]) => typeof one === 'string',
    ),
  ) as Record<string, string>;
  return { target: { kind, key, argument: name }, value: value.slice(0, maxValueLength), context };
}

import type { LoggerService } from '@nestjs/common';
import type { McpCall } from '../context/mcp-call.js';
import { McpContext } from '../context/mcp-context.js';
import { assertAnswerable } from '../context/mcp-question.js';
import { assertJson } from '../errors/json-check.js';
import { ErrorCode, ProtocolError } from '../errors/protocol.error.js';
import type { AccessGate } from '../access/access-gate.js';
import type { TargetTable } from '../access/primitive-access.js';
import type { MethodTable } from '../primitives/method-table.js';
import { isFilterAnswer } from '../errors/filter-answer.js';
import { cacheFields } from '../primitives/cache-hint.js';
import type { DeclaredPrimitive, PrimitiveKind } from '../primitives/primitive-kind.js';
import { PrimitiveRegistry } from '../primitives/primitive.registry.js';
import { toPublicError, toReturnedError } from '../primitives/public-error.js';
import type { JsonSchema } from '../schema/mcp.schema.js';
import { withoutPrototypeKeys } from '../schema/prototype-keys.js';
import { convertAllFromStrings } from '../schema/string-conversion.js';
import { promptDeclarationsOf, type McpPromptOptions } from './mcp-prompt.decorator.js';
import {
  createPrompt,
  type McpPromptDefinition,
  type PromptPrimitive,
} from './prompt.primitive.js';
import { toPromptResult } from './prompt.result.js';

/** The prompts of one server: `prompts/list` and `prompts/get` (specification, server/prompts). */
export class PromptMethods implements PrimitiveKind<McpPromptOptions> {
  readonly noun = 'prompt';
  readonly declarationsOf = promptDeclarationsOf;
  readonly methods: MethodTable = {
    'prompts/list': async (_params, call) => {
      const prompts = await this.gate.listed(this.registry.all(), call);
      return {
        prompts: prompts.map(({ definition }) => definition),
        ...cacheFields(call.era, prompts),
      };
    },
    'prompts/get': (params, call) => this.get(params, call),
  };
  readonly targets: TargetTable = {
    'prompts/get': ({ name }) => this.named(name),
    'completion/complete': ({ ref }) => this.referred(ref),
  };
  private readonly registry = new PrimitiveRegistry<PromptPrimitive>('prompt');

  constructor(
    private readonly logger: LoggerService,
    private readonly gate: AccessGate,
  ) {}

  add(declared: DeclaredPrimitive<McpPromptOptions>): () => void {
    return this.registry.add(createPrompt(declared));
  }

  get primitives(): readonly PromptPrimitive[] {
    return this.registry.all();
  }

  get size(): number {
    return this.registry.size;
  }

  /** The definitions as a client of the newest revision sees them. */
  definitions(): McpPromptDefinition[] {
    return this.registry.all().map((prompt) => prompt.definition);
  }

  /** The definitions that this caller may see. */
  async definitionsFor(call: McpCall): Promise<McpPromptDefinition[]> {
    const prompts = await this.gate.listed(this.registry.all(), call);
    return prompts.map((prompt) => prompt.definition);
  }

  /** The schema of a prompt's arguments; `undefined` if there is no such prompt. */
  async inputFor(name: string, call: McpCall): Promise<JsonSchema | undefined> {
    return (await this.gate.admit(this.named(name), call))?.input;
  }

  /** The names of a prompt's arguments, `'any'` if its schema does not list them; `undefined` if there is no such prompt. */
  argumentsOf(name: string): readonly string[] | 'any' | undefined {
    const [prompt] = this.named(name);
    if (!prompt) return undefined;
    const { definition, input } = prompt;
    const names = definition.arguments?.map((argument) => argument.name);
    return names ?? (input.additionalProperties === false ? [] : 'any');
  }

  capabilities(): Record<string, object> {
    return { prompts: { listChanged: true } };
  }

  onChange(listener: (notification: string) => void): void {
    this.registry.onChange(() => listener('notifications/prompts/list_changed'));
  }

  private referred(ref: unknown): PromptPrimitive[] {
    const { type, name } = (ref ?? {}) as { type?: unknown; name?: unknown };
    return type === 'ref/prompt' ? this.named(name) : [];
  }

  private named(name: unknown): PromptPrimitive[] {
    const prompt = typeof name === 'string' ? this.registry.get(name) : undefined;
    return prompt ? [prompt] : [];
  }

  private async get(params: Readonly<Record<string, unknown>>, call: McpCall): Promise<object> {
    const { name, arguments: given = {} } = params;
    const prompt = await this.gate.admit(this.named(name), call);
    if (!prompt) {
      throw new ProtocolError(
        ErrorCode.invalidParams,
        `Unknown prompt: ${String(name).slice(0, 128)}`,
      );
    }
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new ProtocolError(ErrorCode.invalidParams, 'arguments must be an object');
    }
    assertAnswerable(call.client, prompt.requires);
    if (prompt.timeout !== undefined) call.limitTime(prompt.timeout);
    const context = new McpContext(call, { primitive: { kind: 'prompt', name: prompt.key } });
    let returned: unknown;
    try {
      const input = convertAllFromStrings(
        prompt.input,
        withoutPrototypeKeys(given as Record<string, unknown>),
      );
      returned = await prompt.handler(input, context, call);
      const { description } = prompt.definition;
      const result = toPromptResult(returned, description, call.protocolVersion);
      assertJson(result);
      return result;
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const { message, code, data, body } =
        returned !== undefined && isFilterAnswer(context)
          ? toReturnedError(returned)
          : toPublicError(error, this.logger, prompt.where, call.signal);
      throw new ProtocolError(code ?? ErrorCode.internalError, message, data ?? body);
    }
  }
}
